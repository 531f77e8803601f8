//! `plugins/docs/`: a page for every check and edition, the crosswalk, the deviations and the index.
//!
//! What the pages say is read back from the built plugins, so they cannot tell anything that `keelmark explain` does
//! not. Only the scenarios come from the checks' sources: plugins do not carry their tests.

mod book;
mod check;
mod deviations;
mod edition;
mod index;
mod markdown;

use std::path::Path;

use book::Book;
use keelmark_audit::catalog::Catalog;

use crate::tree::Generated;

/// Where the pages are, from the root of the checkout.
pub const FOLDER: &str = "plugins/docs";

/// Every page.
pub fn generate(root: &Path, catalogs: &[Catalog]) -> anyhow::Result<Vec<Generated>> {
    let book = Book::of(catalogs, &keelmark_checks::catalog())?;
    let folder = root.join(FOLDER);
    let mut pages = vec![
        (folder.join("index.md"), index::index(&book)),
        (folder.join("crosswalk.md"), index::crosswalk(&book)),
        (folder.join("deviations.md"), deviations::page(&book)),
    ];
    for (slug, check) in &book.checks {
        pages.push((folder.join("checks").join(format!("{slug}.md")), check::page(slug, check)));
    }
    for catalog in &book.editions {
        pages.push((folder.join("editions").join(format!("{}.md", catalog.edition.id)), edition::page(catalog)));
    }
    Ok(pages)
}

/// The start of every page: where it came from, and its title.
fn start(title: &str) -> String {
    format!("<!-- Written by `cargo xtask docs` from the built plugins. -->\n\n# {}\n\n", markdown::cell(title))
}
