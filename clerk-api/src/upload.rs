//! Files to upload: from disk, from memory, or from any stream. Files and streams are never read into
//! memory as a whole.

use std::error::Error as StdError;
use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::chunks::Chunks;
use crate::error::Error;
use crate::runtime;
use crate::transport::ByteStream;

/// How much of a file is read at a time.
const CHUNK: usize = 64 * 1024;

/// A file to upload, from disk, from memory or from a stream.
///
/// ```no_run
/// # async fn run() -> Result<(), clerk_api::Error> {
/// use clerk_api::Upload;
///
/// let from_disk = Upload::file("me.png").await?;
/// let from_memory = Upload::bytes("me.png", vec![0x89, b'P', b'N', b'G']);
/// # let _ = (from_disk, from_memory);
/// # Ok(()) }
/// ```
///
/// A call that uploads a file from disk or memory is retried like any other; a call that uploads a stream
/// is not. These are errors of kind [`Request`](crate::ErrorKind::Request): a file whose length or
/// modification time changed between two attempts, a file that cannot be read to its end, and a stream
/// that fails or does not have its stated length.
///
/// Time limits apply to uploads as well. For a large file on a slow connection, set a `timeout` that is
/// longer than that of the client: it also removes the limit of a single attempt.
#[must_use = "an upload does nothing until it is passed to a call"]
pub struct Upload {
    name: String,
    content_type: String,
    source: Source,
}

enum Source {
    Bytes(Bytes),
    File {
        path: PathBuf,
        /// The version that the first attempt sent. Later attempts must send the same.
        sent: Mutex<Option<Version>>,
    },
    Stream {
        /// Taken by the first attempt.
        stream: Mutex<Option<ByteStream>>,
        length: Option<u64>,
    },
}

/// The properties by which a changed file is detected.
#[derive(Clone, Copy, PartialEq)]
struct Version {
    length: u64,
    /// Not available on every system.
    modified: Option<SystemTime>,
}

impl Upload {
    /// Uploads a file from disk, which is read while it is sent. In blocking code, use
    /// [`file_blocking`](Self::file_blocking).
    ///
    /// # Errors
    ///
    /// If it is not a regular file or cannot be accessed, or if there is no Tokio runtime.
    pub async fn file(path: impl AsRef<Path>) -> Result<Self, Error> {
        runtime::check()?;
        let path = path.as_ref();
        Self::of_file(path, tokio::fs::metadata(path).await)
    }

    /// Uploads a file from disk, like [`file`](Self::file), in code without async.
    ///
    /// # Errors
    ///
    /// If it is not a regular file or cannot be accessed.
    pub fn file_blocking(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::of_file(path, std::fs::metadata(path))
    }

    fn of_file(path: &Path, metadata: io::Result<Metadata>) -> Result<Self, Error> {
        regular(path, metadata)?;
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Ok(Self::new(
            name.unwrap_or_default(),
            Source::File {
                path: path.to_owned(),
                sent: Mutex::default(),
            },
        ))
    }

    /// Uploads a file from memory.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(name.into(), Source::Bytes(bytes.into()))
    }

    /// Uploads a stream. Pass its length in bytes if you know it: without a length the request is sent in
    /// chunks, which not every server accepts.
    ///
    /// A call that uploads a stream is not retried. A stream with a length must end within a second after
    /// its last byte.
    pub fn stream<S, B, E>(
        name: impl Into<String>,
        stream: S,
        length: impl Into<Option<u64>>,
    ) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let stream: ByteStream = Box::pin(Converted(Box::pin(stream)));
        Self::new(
            name.into(),
            Source::Stream {
                stream: Mutex::new(Some(stream)),
                length: length.into(),
            },
        )
    }

    fn new(name: String, source: Source) -> Self {
        Self {
            content_type: guess(&name).to_owned(),
            name,
            source,
        }
    }

    /// Sets the media type. Default: guessed from the extension of the file name.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// Sets the file name that is sent to the server.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn media_type(&self) -> &str {
        &self.content_type
    }

    pub(crate) fn is_replayable(&self) -> bool {
        !matches!(self.source, Source::Stream { .. })
    }

    /// The content and its length, for one attempt.
    pub(crate) async fn open(&self) -> Result<(Chunks, Option<u64>), Error> {
        match &self.source {
            Source::Bytes(bytes) => Ok((Chunks::Bytes(bytes.clone()), Some(bytes.len() as u64))),
            Source::File { path, sent } => {
                let (file, version) = open(path).await?;
                let before = *lock(sent).get_or_insert(version);
                if before != version {
                    return Err(Error::request(changed(path, before, version)));
                }
                let stream: ByteStream = Box::pin(FileStream {
                    file,
                    buffer: vec![0; CHUNK],
                });
                let what = format!("the file {}", path.display());
                let chunks = Chunks::new(what, stream, Some(version.length));
                Ok((chunks, Some(version.length)))
            }
            Source::Stream { stream, length } => {
                let stream = lock(stream).take();
                let stream =
                    stream.ok_or_else(|| Error::request("the stream has already been sent"))?;
                let what = "the stream of the upload".to_owned();
                Ok((Chunks::new(what, stream, *length), *length))
            }
        }
    }
}

async fn open(path: &Path) -> Result<(tokio::fs::File, Version), Error> {
    // Checked before it is opened: opening a pipe would wait for a writer.
    regular(path, tokio::fs::metadata(path).await)?;
    let file = tokio::fs::File::open(path).await;
    let file = file.map_err(|error| unreadable(path, error))?;
    let metadata = regular(path, file.metadata().await)?;
    let version = Version {
        length: metadata.len(),
        modified: metadata.modified().ok(),
    };
    Ok((file, version))
}

fn regular(path: &Path, metadata: io::Result<Metadata>) -> Result<Metadata, Error> {
    match metadata {
        Ok(metadata) if metadata.is_file() => Ok(metadata),
        Ok(_) => Err(Error::request(format!(
            "{} is not a regular file; pass the path of a file",
            path.display()
        ))),
        Err(error) => Err(unreadable(path, error)),
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let path = path.display();
    Error::request(format!("the file {path} cannot be read ({})", error.kind())).caused_by(error)
}

fn changed(path: &Path, before: Version, now: Version) -> String {
    let how = if before.length == now.length {
        "it was modified".to_owned()
    } else {
        format!("it had {} bytes and has {} now", before.length, now.length)
    };
    format!(
        "the file {} changed after it was first sent ({how}); repeat the call",
        path.display()
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Upload")
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

fn guess(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

struct FileStream {
    file: tokio::fs::File,
    buffer: Vec<u8>,
}

impl Stream for FileStream {
    type Item = io::Result<Bytes>;

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        let this = self.get_mut();
        let mut buffer = ReadBuf::new(&mut this.buffer);
        ready!(Pin::new(&mut this.file).poll_read(context, &mut buffer))?;
        Poll::Ready(match buffer.filled() {
            [] => None,
            filled => Some(Ok(Bytes::copy_from_slice(filled))),
        })
    }
}

/// The caller's stream, without its empty chunks.
struct Converted<S>(Pin<Box<S>>);

/// How many empty chunks are skipped before the task yields.
const EMPTY_AT_ONCE: usize = 32;

impl<S, B, E> Stream for Converted<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        for _ in 0..EMPTY_AT_ONCE {
            let chunk = match ready!(self.0.as_mut().poll_next(context)) {
                None => return Poll::Ready(None),
                Some(chunk) => chunk.map(Into::into).map_err(io::Error::other),
            };
            if !chunk.as_ref().is_ok_and(Bytes::is_empty) {
                return Poll::Ready(Some(chunk));
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
