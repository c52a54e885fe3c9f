//! The tokens as egui's styles, for the widgets that are egui's own.

use crate::widgets::fonts;

use super::{
    EMPHASIS, GRID, HAIRLINE, RADIUS, RADIUS_LARGE, TEXT_BODY, TEXT_HEADING, TEXT_SMALL, Theme,
};
use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{
    Context, CornerRadius, FontFamily, FontId, Shadow, Stroke, Style, TextStyle, Visuals, vec2,
};

/// Gives the tokens to egui, for both of its themes. Once, at the start, after [`fonts::install`]: buttons and headings
/// are set in the bundled fonts.
pub fn apply(ctx: &Context) {
    ctx.set_style_of(egui::Theme::Light, style(&Theme::light()));
    ctx.set_style_of(egui::Theme::Dark, style(&Theme::dark()));
}

fn style(theme: &Theme) -> Style {
    let mut style = Style {
        text_styles: [
            (TextStyle::Small, TEXT_SMALL, FontFamily::Proportional),
            (TextStyle::Body, TEXT_BODY, FontFamily::Proportional),
            (TextStyle::Button, TEXT_BODY, fonts::medium()),
            (TextStyle::Heading, TEXT_HEADING, fonts::semibold()),
            (TextStyle::Monospace, TEXT_BODY, FontFamily::Monospace),
        ]
        .map(|(style, size, family)| (style, FontId::new(size, family)))
        .into(),
        visuals: visuals(theme),
        animation_time: 0.1,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GRID, GRID);
    spacing.button_padding = vec2(1.5 * GRID, 0.75 * GRID);
    // A list of many presets is to be seen whole.
    spacing.default_area_size.y = 800.0;
    spacing.interact_size = vec2(5.0 * GRID, 3.5 * GRID);
    spacing.menu_margin = (0.75 * GRID).into();
    spacing.window_margin = (1.5 * GRID).into();
    spacing.tooltip_width = 45.0 * GRID;
    spacing.scroll = ScrollStyle::thin();
    style.interaction.tooltip_delay = 0.2;
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let hairline = Stroke::new(HAIRLINE, theme.hairline);
    let outline = Stroke::new(HAIRLINE, theme.outline);
    let accent = Stroke::new(HAIRLINE, theme.accent);
    let state = |ground, edge, text| WidgetVisuals {
        bg_fill: ground,
        weak_bg_fill: ground,
        bg_stroke: edge,
        corner_radius: CornerRadius::same(RADIUS as u8),
        fg_stroke: Stroke::new(HAIRLINE, text),
        expansion: 0.0,
    };
    Visuals {
        dark_mode: theme.dark,
        weak_text_color: Some(theme.muted),
        widgets: Widgets {
            noninteractive: state(theme.panel, hairline, theme.text),
            inactive: state(theme.field, outline, theme.text),
            hovered: state(theme.accent_ground, accent, theme.text),
            // A control with the keyboard focus, too: the ring must be seen.
            active: state(theme.accent_ground, Stroke::new(EMPHASIS, theme.accent), theme.text),
            open: state(theme.accent_ground, accent, theme.text),
        },
        selection: Selection {
            bg_fill: theme.accent_ground,
            stroke: Stroke::new(HAIRLINE, theme.accent),
        },
        hyperlink_color: theme.accent,
        faint_bg_color: theme.sentence_ground,
        extreme_bg_color: theme.field,
        code_bg_color: theme.sentence_ground,
        warn_fg_color: theme.danger,
        error_fg_color: theme.danger,
        window_corner_radius: CornerRadius::same(RADIUS_LARGE as u8),
        window_shadow: Shadow::NONE,
        window_fill: theme.panel,
        window_stroke: outline,
        menu_corner_radius: CornerRadius::same(RADIUS as u8),
        panel_fill: theme.window,
        popup_shadow: Shadow::NONE,
        slider_trailing_fill: true,
        ..if theme.dark { Visuals::dark() } else { Visuals::light() }
    }
}
