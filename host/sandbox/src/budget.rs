//! What a plugin takes of memory and tables.

use keelmark_contract::limits;
use wasmtime::ResourceLimiter;

/// Counts memory and tables over all of a plugin's instances, where wasmtime's own limiter counts each alone.
#[derive(Debug, Default)]
pub struct Budget {
    memory: usize,
    tables: usize,
}

impl Budget {
    /// The linear memory that is in use, in bytes.
    pub fn memory(&self) -> usize {
        self.memory
    }
}

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let after = self.memory.saturating_add(desired.saturating_sub(current));
        if after > limits::MEMORY_BYTES {
            wasmtime::bail!("it wanted more than {} MiB of memory", limits::MEMORY_BYTES / (1024 * 1024));
        }
        self.memory = after;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let after = self.tables.saturating_add(desired.saturating_sub(current));
        if after > limits::TABLE_ELEMENTS {
            wasmtime::bail!("it wanted more than {} table elements", limits::TABLE_ELEMENTS);
        }
        self.tables = after;
        Ok(true)
    }

    fn instances(&self) -> usize {
        limits::INSTANCES
    }

    fn tables(&self) -> usize {
        limits::INSTANCES
    }

    fn memories(&self) -> usize {
        limits::INSTANCES
    }
}
