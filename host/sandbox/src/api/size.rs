//! How large an answer is that crosses to a plugin.

use super::bindings::keelmark::plugin::docker::Answer;
use super::bindings::keelmark::plugin::exec::Output;
use super::bindings::keelmark::plugin::fs::Metadata;
use super::bindings::keelmark::plugin::host::Facts;
use super::bindings::keelmark::plugin::process::Running;

/// The bytes of an answer's texts; numbers are not worth counting.
pub trait Size {
    fn size(&self) -> usize;
}

impl Size for () {
    fn size(&self) -> usize {
        0
    }
}

impl Size for i64 {
    fn size(&self) -> usize {
        size_of::<i64>()
    }
}

impl Size for String {
    fn size(&self) -> usize {
        self.len()
    }
}

impl<T: Size> Size for Option<T> {
    fn size(&self) -> usize {
        self.as_ref().map_or(0, Size::size)
    }
}

impl<T: Size> Size for Vec<T> {
    fn size(&self) -> usize {
        self.iter().map(Size::size).sum()
    }
}

impl Size for Answer {
    fn size(&self) -> usize {
        self.id.len() + self.json.as_ref().map_or_else(|error| error.message.len(), String::len)
    }
}

impl Size for Output {
    fn size(&self) -> usize {
        self.stdout.len() + self.stderr.len()
    }
}

impl Size for Metadata {
    fn size(&self) -> usize {
        self.owner.size() + self.group.size() + self.device.len() + self.target.size() + size_of::<Self>()
    }
}

impl Size for Running {
    fn size(&self) -> usize {
        self.argv.size() + size_of::<Self>()
    }
}

impl Size for Facts {
    fn size(&self) -> usize {
        let texts = [&self.hostname, &self.kernel, &self.architecture, &self.os_id, &self.os_version, &self.os_name];
        texts.into_iter().map(String::len).sum()
    }
}
