//! What keelmark itself reads and writes on disk: files that the operator names, and directories that nobody else can
//! write. Facts of the audited host are read elsewhere, in `keelmark-facts`.

pub mod docker_config;
pub mod input;
pub mod output;
pub mod private_dir;
