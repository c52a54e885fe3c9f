//! The dialogs of a desktop's portal, over the D-Bus of the session.
//!
//! A portal is another program, and so is the bus: neither need be there, nor answer, nor stay. Both are looked for each time,
//! on a thread of the dialog's own and for a limited time; a portal that starts late is there for the next dialog. Then one may
//! be open for as long as its user likes, or until the portal or the bus ends.

use super::wait::wait;
use super::{Answer, Desktop, Kind, Request, Tell};
use ashpd::desktop::ResponseError;
use ashpd::desktop::file_chooser::{FileChooserProxy, FileFilter, SelectedFiles};
use ashpd::zbus::export::futures_core::Stream;
use ashpd::zbus::{self, Connection, connection::Builder, fdo::DBusProxy};
use ashpd::{PortalError, WindowIdentifier};
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use std::ffi::{OsString, c_ulong};
use std::future::poll_fn;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Who opens dialogs, as all portals are called.
const PORTAL: &str = "org.freedesktop.portal.Desktop";
/// How long the bus and the portal may take together.
const LIMIT: Duration = Duration::from_millis(900);

/// The dialogs of this system.
pub struct System {
    /// Our window on X11.
    window: Option<c_ulong>,
}

impl System {
    /// Dialogs that belong to a window.
    pub fn of(window: &eframe::CreationContext<'_>) -> Self {
        let window = window.window_handle().ok().and_then(|handle| match handle.as_raw() {
            RawWindowHandle::Xlib(handle) => Some(handle.window),
            RawWindowHandle::Xcb(handle) => Some(handle.window.get().into()),
            _ => None,
        });
        Self { window }
    }
}

impl Desktop for System {
    fn ask(&mut self, request: Request, tell: Tell) {
        let window = self.window.map(WindowIdentifier::from_xid);
        let thread = std::thread::Builder::new().name("dialog".to_owned());
        let started =
            thread.spawn(move || tell(answer(Builder::session(), LIMIT, window, request)));
        if let Err(error) = started {
            log::warn!("no thread for a file dialog: {error}");
        }
    }
}

/// What comes of a dialog of the portal on a bus, where both are there in this time.
fn answer(
    bus: zbus::Result<Builder<'_>>,
    limit: Duration,
    window: Option<WindowIdentifier>,
    request: Request,
) -> Answer {
    let bus = match wait(reached(bus), Some(Instant::now() + limit)) {
        Some(Ok(bus)) => bus,
        Some(Err(why)) => return Answer::Failed(none(&why)),
        None => {
            let ms = limit.as_millis();
            return Answer::Failed(format!("the session's D-Bus gave no answer in {ms} ms"));
        }
    };
    let chosen = while_there(bus.clone(), chosen(bus, window, request));
    match wait(chosen, None).unwrap_or(Err(ashpd::Error::NoResponse)) {
        Ok(files) => files.uris().first().and_then(|file| path(file.as_str())).map_or_else(
            || Answer::Failed("what was chosen is no file of this machine".to_owned()),
            Answer::Chosen,
        ),
        Err(
            ashpd::Error::Response(ResponseError::Cancelled)
            | ashpd::Error::Portal(PortalError::Cancelled(_)),
        ) => Answer::Cancelled,
        // Before the portal has said that it opens one, or after that; a bus that ends may tell first that the portal has.
        Err(ashpd::Error::NoResponse) => went_away(),
        Err(ashpd::Error::Zbus(why) | ashpd::Error::Portal(PortalError::ZBus(why)))
            if is_gone(&why) =>
        {
            went_away()
        }
        Err(why) => {
            log::warn!("no file dialog: {why}");
            Answer::Failed("the desktop's portal could not open one".to_owned())
        }
    }
}

fn went_away() -> Answer {
    Answer::Failed("the desktop's portal went away".to_owned())
}

/// What comes of a dialog, unless its portal ends before: then nothing comes.
async fn while_there<T>(
    bus: Connection,
    dialog: impl Future<Output = ashpd::Result<T>>,
) -> ashpd::Result<T> {
    let names = DBusProxy::new(&bus).await?;
    let mut ends = pin!(names.receive_name_owner_changed_with_args(&[(0, PORTAL), (2, "")]).await?);
    let mut dialog = pin!(dialog);
    poll_fn(|context| match dialog.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => ends.as_mut().poll_next(context).map(|_| Err(ashpd::Error::NoResponse)),
    })
    .await
}

/// Whether nobody can answer any more.
fn is_gone(why: &zbus::Error) -> bool {
    use zbus::fdo::Error as Fdo;
    match why {
        zbus::Error::InputOutput(_) => true,
        zbus::Error::MethodError(name, ..) => matches!(
            name.rsplit('.').next(),
            Some("NoReply" | "Disconnected" | "ServiceUnknown" | "NameHasNoOwner")
        ),
        zbus::Error::FDO(why) => match &**why {
            Fdo::ZBus(why) => is_gone(why),
            Fdo::NoReply(_)
            | Fdo::Disconnected(_)
            | Fdo::ServiceUnknown(_)
            | Fdo::NameHasNoOwner(_) => true,
            _ => false,
        },
        _ => false,
    }
}

/// A connection of its own to a bus with a portal for files: one that is kept might have ended since.
async fn reached(bus: zbus::Result<Builder<'_>>) -> zbus::Result<Connection> {
    let bus = bus?.build().await?;
    let portal = FileChooserProxy::with_connection(bus.clone()).await;
    let portal = portal.map_err(|_| zbus::Error::InterfaceNotFound)?;
    portal.get_property::<u32>("version").await?;
    Ok(bus)
}

/// Why there is no portal, in a clause.
fn none(why: &zbus::Error) -> String {
    log::warn!("no file dialog: {why}");
    match why {
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => match error.kind() {
            ErrorKind::NotFound => "the session has no D-Bus".to_owned(),
            ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
                "the session's D-Bus hung up".to_owned()
            }
            _ => format!("the session's D-Bus cannot be reached: {}", crate::export::why(error)),
        },
        zbus::Error::Address(_) => "the session's D-Bus is of an unknown kind".to_owned(),
        zbus::Error::Handshake(_) => "the session's D-Bus does not let this user in".to_owned(),
        zbus::Error::InterfaceNotFound | zbus::Error::MethodError(..) | zbus::Error::FDO(_) => {
            "the desktop has no portal for them".to_owned()
        }
        _ => "the session's D-Bus says what makes no sense".to_owned(),
    }
}

/// What is chosen in a dialog, once it is closed.
async fn chosen(
    bus: Connection,
    window: Option<WindowIdentifier>,
    request: Request,
) -> ashpd::Result<SelectedFiles> {
    let Request { kind, title, files, folder, name } = request;
    let filters = files.into_iter().flat_map(|(name, endings)| {
        let named = endings.iter().map(|ending| format!("*.{ending}"));
        let named = named.fold(FileFilter::new(name), |filter, glob| filter.glob(&glob));
        let all = (kind == Kind::Open).then(|| FileFilter::new("All files").glob("*"));
        [named].into_iter().chain(all)
    });
    let answer = if kind == Kind::Save {
        let dialog = SelectedFiles::save_file().connection(Some(bus)).identifier(window);
        let dialog = dialog.title(title).filters(filters).current_folder(&folder)?;
        dialog.current_name(&*name).send().await?
    } else {
        let dialog = SelectedFiles::open_file().connection(Some(bus)).identifier(window);
        let dialog = dialog.title(title).filters(filters).current_folder(&folder)?;
        dialog.directory(kind == Kind::Folder).send().await?
    };
    answer.response()
}

/// The path of a file by its address.
fn path(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("file://").filter(|path| path.starts_with('/'))?;
    Some(OsString::from_vec(percent_encoding::percent_decode_str(path).collect()).into())
}

#[cfg(test)]
mod tests;
