//! The window by keyboard alone, at every zoom, and what it says of its controls.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod keyboard;
mod zoom;

use concurrency_lab::app::App;
use concurrency_lab::app::session::Session;
use concurrency_lab::topics::Topic;
use egui::{Id, LayerId, Rect, Role};
use egui_kittest::Harness;

/// What the keyboard or the pointer can reach, as drawn last.
#[derive(Clone, Debug)]
struct Control {
    id: Id,
    layer: LayerId,
    role: Option<Role>,
    name: String,
    /// All of it, and what of it is in view.
    rect: Rect,
    seen: Rect,
    focusable: bool,
}

impl Control {
    /// Whether it is something to press or to set.
    fn is_used(&self) -> bool {
        self.role.is_some_and(|role| !matches!(role, Role::Label | Role::Unknown))
    }
}

/// Everything on screen that has a name or takes the focus.
fn controls(harness: &Harness<'static, App>) -> Vec<Control> {
    harness.ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let all = widgets.layers().flat_map(|(layer, all)| all.iter().map(move |w| (*layer, w)));
        all.filter_map(|(layer, widget)| {
            let info = widgets.info(widget.id);
            let focusable = widget.enabled && widget.sense.is_focusable();
            let name = info.and_then(|info| info.label.clone().or(info.current_text_value.clone()));
            (focusable || info.is_some()).then(|| Control {
                id: widget.id,
                layer,
                role: info.map(|info| info.role),
                name: name.unwrap_or_default(),
                rect: widget.rect,
                seen: widget.interact_rect,
                focusable,
            })
        })
        .collect()
    })
}

/// The app with a topic's tab, where nothing has been run.
fn idle(topic: &'static dyn Topic) -> Harness<'static, App> {
    common::window::app_of(Session::new(topic))
}
