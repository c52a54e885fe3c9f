//! The window by keyboard alone, at every zoom, and what it says of its controls.

#![allow(clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod dialogs;
mod keyboard;
mod over;
mod states;
mod texts;
mod zoom;

use concurrency_lab::app::App;
use concurrency_lab::app::session::Session;
use concurrency_lab::topics::Topic;
use egui::{Id, LayerId, Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use std::collections::HashMap;

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
        const USED: [Role; 12] = [
            Role::Button,
            Role::CheckBox,
            Role::ComboBox,
            Role::Link,
            Role::MenuItem,
            Role::MultilineTextInput,
            Role::RadioButton,
            Role::SpinButton,
            Role::Switch,
            Role::Tab,
            Role::TextInput,
            Role::DefaultButton,
        ];
        self.role.is_some_and(|role| USED.contains(&role))
    }
}

/// Everything on screen that has a name or takes the focus.
fn controls(harness: &Harness<'static, App>) -> Vec<Control> {
    // What a screen reader is told of it.
    let root = harness.root();
    let nodes = root.children_recursive().map(|node| node.accesskit_node());
    let told: HashMap<_, _> = nodes
        .map(|node| {
            let name = node.label().or_else(|| node.value()).unwrap_or_default();
            (node.locate().0, (node.role(), name))
        })
        .collect();
    harness.ctx.viewport(|viewport| {
        let layers = viewport.prev_pass.widgets.layers();
        let all = layers.flat_map(|(layer, all)| all.iter().map(move |widget| (*layer, widget)));
        all.filter_map(|(layer, widget)| {
            let told = told.get(&widget.id.accesskit_id());
            let focusable = widget.enabled && widget.sense.is_focusable();
            (focusable || told.is_some()).then(|| Control {
                id: widget.id,
                layer,
                role: told.map(|(role, _)| *role),
                name: told.map_or_else(String::new, |(_, name)| name.clone()),
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
