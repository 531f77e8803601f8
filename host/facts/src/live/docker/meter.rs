//! A stream that breaks off when an answer grows over its limit.
//!
//! Counting below HTTP, rather than in the body, covers everything that an engine can send (headers, chunk sizes,
//! trailers), and covers bollard's own body reading, which knows no limit.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What an answer may take besides its body: status line, headers, chunk sizes.
const HEAD_ALLOWANCE: u64 = 64 * 1024;

/// The error of a stream whose answer was larger than allowed.
#[derive(Debug, thiserror::Error)]
#[error("the answer is larger than the limit")]
pub(super) struct OverLimit;

impl OverLimit {
    /// Whether `error` was caused by the meter, at whatever depth HTTP wrapped it.
    pub(super) fn caused(error: &(dyn std::error::Error + 'static)) -> bool {
        let io = error.downcast_ref::<io::Error>();
        io.and_then(io::Error::get_ref).is_some_and(|inner| inner.is::<OverLimit>())
            || error.source().is_some_and(OverLimit::caused)
    }
}

/// How many bytes may still arrive. Clones share one count.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Starts an answer whose body may take `body` bytes.
    pub(super) fn allow(&self, body: u64) {
        // Relaxed: set before the request is handed to the connection's task, and that hand-over synchronises.
        self.0.store(body.saturating_add(HEAD_ALLOWANCE), Ordering::Relaxed);
    }

    fn take(&self, count: u64) -> Result<(), io::Error> {
        let left = self.0.load(Ordering::Relaxed);
        self.0.store(left.saturating_sub(count), Ordering::Relaxed);
        if count > left { Err(io::Error::other(OverLimit)) } else { Ok(()) }
    }
}

/// `inner`, read under a [`Meter`].
pub(super) struct Metered<S> {
    inner: S,
    meter: Meter,
}

impl<S> Metered<S> {
    pub(super) fn new(inner: S, meter: Meter) -> Self {
        Self { inner, meter }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        Poll::Ready(self.meter.take(buf.filled().len().saturating_sub(before) as u64))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
