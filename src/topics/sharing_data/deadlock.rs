//! Philosophers who share forks with their neighbours (two of them: two locks, taken crosswise), and ways out.
