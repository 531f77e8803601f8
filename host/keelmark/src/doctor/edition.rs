//! Which edition `--benchmark auto` takes.

use keelmark_audit::choose_edition;
use keelmark_report::model::Engine;

use super::Diagnosis;

const ITEM: &str = "edition";

pub fn examine(engine: &Engine) -> Diagnosis {
    let Some((choice, warning)) = choose_edition(engine) else {
        return Diagnosis::problem(ITEM, "this keelmark has no edition at all", "build or install it again");
    };
    let found = format!("{}: {}", choice.edition.id, choice.reason);
    match warning {
        None => Diagnosis::ok(ITEM, found),
        // That the engine cannot be asked is told by the engine's own diagnosis.
        Some(_) if engine.error.is_some() => Diagnosis::note(ITEM, found, "name an edition with --benchmark"),
        Some(warning) => Diagnosis::note(ITEM, format!("{found}; {warning}"), "name another one with --benchmark"),
    }
}

#[cfg(test)]
mod tests {
    use keelmark_report::diagnosis::State;

    use super::*;

    #[test]
    fn an_engine_that_no_edition_was_written_for_is_worth_a_note() {
        let engine =
            |version: &str| Engine { name: "Docker Engine".into(), version: version.into(), ..Engine::default() };
        assert_eq!(examine(&engine("28.5.2")).state, State::Ok);
        assert_eq!(examine(&engine("1.3.0")).state, State::Note);
    }
}
