//! Files to send: from disk, from memory, or from any stream. None is ever whole in memory that was
//! not before.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::Error;
use crate::transport::ByteStream;

/// How much of a file is read at a time.
const CHUNK: usize = 64 * 1024;

/// A file to send.
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
/// A file from disk or memory can be sent again when an attempt fails; a stream cannot, so a call
/// that sends one is not retried. The limits of time hold for uploads too: give a call that sends
/// much over a slow line a longer `timeout`.
pub struct Upload {
    name: String,
    content_type: String,
    source: Source,
}

enum Source {
    Bytes(Bytes),
    File(PathBuf),
    Stream {
        /// Taken by the first attempt.
        stream: Mutex<Option<ByteStream>>,
        length: Option<u64>,
    },
}

impl Upload {
    /// A file on disk, read while it is sent. In blocking code use
    /// [`file_blocking`](Self::file_blocking).
    pub async fn file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::of_file(path, tokio::fs::metadata(path).await)
    }

    /// As [`file`](Self::file), for code without async.
    pub fn file_blocking(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::of_file(path, std::fs::metadata(path))
    }

    fn of_file(path: &Path, metadata: io::Result<std::fs::Metadata>) -> Result<Self, Error> {
        match metadata {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => {
                let path = path.display();
                let why = format!("{path} is not a regular file; give the path of a file");
                return Err(Error::request(why));
            }
            Err(error) => return Err(unreadable(path, error)),
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Ok(Self::new(
            name.unwrap_or_default(),
            Source::File(path.to_owned()),
        ))
    }

    /// A file in memory.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::new(name.into(), Source::Bytes(bytes.into()))
    }

    /// A file from a stream, with its length where that is known. Without it the request is sent in
    /// chunks, which not every server takes. A call that sends a stream is not retried.
    pub fn stream<S, B, E>(name: impl Into<String>, stream: S, length: Option<u64>) -> Self
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
                length,
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

    /// The media type; it is otherwise guessed from the name's extension.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// The name that the server is told.
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
            Source::File(path) => {
                let refused = |error| unreadable(path, error);
                let file = tokio::fs::File::open(path).await.map_err(refused)?;
                let length = file.metadata().await.map_err(refused)?.len();
                let stream: ByteStream = Box::pin(FileStream {
                    file,
                    buffer: vec![0; CHUNK],
                });
                Ok((Chunks::exactly(stream, length), Some(length)))
            }
            Source::Stream { stream, length } => {
                let stream = stream
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .take()
                    .ok_or_else(|| Error::request("the stream was sent already"))?;
                let chunks = match length {
                    Some(length) => Chunks::exactly(stream, *length),
                    None => Chunks::Stream(stream),
                };
                Ok((chunks, *length))
            }
        }
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let path = path.display();
    Error::request(format!("the file {path} cannot be read ({})", error.kind())).caused_by(error)
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

/// Content that was opened.
pub(crate) enum Chunks {
    Bytes(Bytes),
    Stream(ByteStream),
    /// A length was promised to the server, so it is kept to.
    Exactly {
        stream: ByteStream,
        left: u64,
    },
}

impl Chunks {
    fn exactly(stream: ByteStream, left: u64) -> Self {
        Self::Exactly { stream, left }
    }

    pub(crate) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::Stream(stream) => stream.as_mut().poll_next(context),
            Self::Exactly { stream, left } => {
                let chunk = match ready!(stream.as_mut().poll_next(context)) {
                    None if *left == 0 => return Poll::Ready(None),
                    None => return Poll::Ready(Some(Err(wrong_length("shorter")))),
                    Some(chunk) => chunk,
                };
                let chunk = chunk.and_then(|chunk| {
                    *left = left
                        .checked_sub(chunk.len() as u64)
                        .ok_or_else(|| wrong_length("longer"))?;
                    Ok(chunk)
                });
                Poll::Ready(Some(chunk))
            }
        }
    }
}

fn wrong_length(how: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the upload is {how} than its length says"),
    )
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

struct Converted<S>(Pin<Box<S>>);

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
        let chunk = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(chunk.map(|chunk| chunk.map(Into::into).map_err(io::Error::other)))
    }
}
