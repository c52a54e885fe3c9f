//! Meshes back into outlines.
//!
//! Our meshes are shapes of one colour whose edges fade to nothing over one pixel: they are taken apart into shapes, the
//! fading edge becomes the line in its middle, and the outline of the triangles is followed around.

use egui::epaint::WHITE_UV;
use egui::{Color32, Mesh, Pos2, Rect};
use std::collections::HashMap;

/// A part of a mesh whose triangles hang together.
pub(super) enum Part {
    /// An upright rectangle of one colour.
    Rect(Rect, Color32),
    /// Outlines of one colour; holes run the other way round.
    Area(Vec<Vec<Pos2>>, Color32),
    /// Anything else: a gradient, an image.
    Shaded(Mesh),
}

/// The parts of a mesh, from the back to the front.
pub(super) fn parts(mesh: &Mesh) -> Vec<Part> {
    if !mesh.is_valid() {
        return Vec::new();
    }
    let (triangles, _) = mesh.indices.as_chunks::<3>();
    let sharp = Sharp::of(mesh, triangles);
    groups(mesh.vertices.len(), triangles)
        .into_iter()
        .filter_map(|group| sharp.part(mesh, &group))
        .collect()
}

/// Triangles that share vertices, in the order of the first of them.
fn groups(vertices: usize, triangles: &[[u32; 3]]) -> Vec<Vec<[u32; 3]>> {
    let mut root: Vec<u32> = (0..vertices as u32).collect();
    fn find(root: &mut [u32], mut at: u32) -> u32 {
        while root[at as usize] != at {
            root[at as usize] = root[root[at as usize] as usize];
            at = root[at as usize];
        }
        at
    }
    for &[a, b, c] in triangles {
        let first = find(&mut root, a);
        for other in [b, c] {
            let other = find(&mut root, other);
            root[other as usize] = first;
        }
    }
    let mut groups: Vec<Vec<[u32; 3]>> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut last = (u32::MAX, 0);
    for &triangle in triangles {
        let group = find(&mut root, triangle[0]);
        if last.0 != group {
            let place = *places.entry(group).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            last = (group, place);
        }
        groups[last.1].push(triangle);
    }
    groups
}

/// The vertices of a mesh with its fading edges made sharp: a vertex that is clear moves half-way to the nearest one of
/// its triangles that has a colour, and takes that.
struct Sharp {
    places: Vec<Pos2>,
    colours: Vec<Color32>,
}

impl Sharp {
    fn of(mesh: &Mesh, triangles: &[[u32; 3]]) -> Self {
        let vertex = |index: u32| &mesh.vertices[index as usize];
        let mut nearest: HashMap<u32, (f32, u32)> = HashMap::new();
        for triangle in triangles {
            for &clear in triangle.iter().filter(|v| vertex(**v).color == Color32::TRANSPARENT) {
                for &other in triangle.iter().filter(|v| vertex(**v).color != Color32::TRANSPARENT)
                {
                    let far = vertex(clear).pos.distance_sq(vertex(other).pos);
                    let known = nearest.entry(clear).or_insert((f32::INFINITY, other));
                    if far < known.0 {
                        *known = (far, other);
                    }
                }
            }
        }
        let mut places: Vec<Pos2> = mesh.vertices.iter().map(|vertex| vertex.pos).collect();
        let mut colours: Vec<Color32> = mesh.vertices.iter().map(|vertex| vertex.color).collect();
        for (clear, (_, other)) in nearest {
            places[clear as usize] = vertex(clear).pos.lerp(vertex(other).pos, 0.5);
            colours[clear as usize] = vertex(other).color;
        }
        Self { places, colours }
    }

    /// What a group of triangles is; nothing where it cannot be seen.
    fn part(&self, mesh: &Mesh, group: &[[u32; 3]]) -> Option<Part> {
        let plain = mesh.texture_id == super::PLAIN
            && group.iter().flatten().all(|index| mesh.vertices[*index as usize].uv == WHITE_UV);
        let mut colours = group.iter().flatten().map(|index| self.colours[*index as usize]);
        let colour = colours.next()?;
        if !plain || colours.any(|other| other != colour) {
            return Some(Part::Shaded(alone(mesh, group)));
        }
        if colour == Color32::TRANSPARENT {
            return None;
        }
        if let Some(rect) = self.rect(group) {
            return rect.is_positive().then_some(Part::Rect(rect, colour));
        }
        let outlines = self.outlines(group);
        (!outlines.is_empty()).then_some(Part::Area(outlines, colour))
    }

    /// The rectangle that two triangles make.
    fn rect(&self, group: &[[u32; 3]]) -> Option<Rect> {
        let &[[a, b, c], [d, e, f]] = group else { return None };
        if (d, e) != (c, b) {
            return None;
        }
        let [a, b, c, d] = [a, b, c, f].map(|index| self.places[index as usize]);
        let upright = a.y == b.y && a.x == c.x && d.x == b.x && d.y == c.y;
        upright.then(|| Rect::from_two_pos(a, d))
    }

    /// The edges that belong to one triangle only, followed around.
    fn outlines(&self, group: &[[u32; 3]]) -> Vec<Vec<Pos2>> {
        let mut edges: HashMap<(u32, u32), u32> = HashMap::new();
        for &[a, b, c] in group {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                *edges.entry((from.min(to), from.max(to))).or_default() += 1;
            }
        }
        let mut next: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut border: Vec<(u32, u32)> =
            edges.iter().filter(|(_, times)| **times == 1).map(|(edge, _)| *edge).collect();
        // In the order of the mesh, so that a figure has the same bytes each time.
        border.sort_unstable();
        for &(a, b) in &border {
            next.entry(a).or_default().push(b);
            next.entry(b).or_default().push(a);
        }
        let mut outlines = Vec::new();
        for (first, _) in border {
            let (mut outline, mut at) = (Vec::new(), first);
            while let Some(to) = next.get_mut(&at).and_then(Vec::pop) {
                if let Some(back) = next.get_mut(&to)
                    && let Some(place) = back.iter().position(|from| *from == at)
                {
                    back.swap_remove(place);
                }
                outline.push(self.places[at as usize]);
                at = to;
            }
            outline.dedup();
            if outline.len() >= 3 && area(&outline) != 0.0 {
                outlines.push(outline);
            }
        }
        // The largest is the outer one, the others are holes in it.
        outlines.sort_by(|a, b| area(b).abs().total_cmp(&area(a).abs()));
        for (place, outline) in outlines.iter_mut().enumerate() {
            if (area(outline) > 0.0) != (place == 0) {
                outline.reverse();
            }
        }
        outlines
    }
}

/// Twice the area of an outline, negative where it runs the other way round.
fn area(outline: &[Pos2]) -> f32 {
    let ends = outline.iter().zip(outline.iter().cycle().skip(1));
    ends.map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// A mesh of some triangles of another.
fn alone(mesh: &Mesh, group: &[[u32; 3]]) -> Mesh {
    let mut out = Mesh::with_texture(mesh.texture_id);
    for index in group.iter().flatten() {
        out.indices.push(out.vertices.len() as u32);
        out.vertices.push(mesh.vertices[*index as usize]);
    }
    out
}
