//! What the plugin says that it audits, true or not.

use keelmark_sdk::guest::keelmark::plugin::types::{Recommendation, Section};

use super::{audit, say, walk};
use crate::{BENCHMARK, Behaviour, IDS, SECTION};

pub fn describe(behaviour: Behaviour) -> Section {
    let mut section = honest();
    let first = &mut section.recommendations[0];
    match behaviour {
        Behaviour::DescribesForever => audit::spin(),
        Behaviour::DescribesInPanic => panic!("nothing to describe"),
        Behaviour::DescribesAnotherBenchmark => section.benchmark = "cis-docker-1.8.0".into(),
        Behaviour::DescribesAnotherSection => section.number = "5".into(),
        Behaviour::DescribesTwice => first.id = "9.2".into(),
        Behaviour::DescribesTooMuch => {
            section.recommendations = (0..501).map(|n| recommendation(&format!("9.{n}"))).collect();
        }
        Behaviour::DescribesOddIds => first.id = "9.1\u{1b}[2J".into(),
        Behaviour::DescribesAtLength => {
            let long = "x".repeat(100_000);
            section.title = long.clone();
            first.title = long.clone();
            first.check = long.clone();
            first.info = (0..5).map(|_| ("fix".to_owned(), long.clone())).collect();
        }
        Behaviour::DescribesTerminal => {
            section.title = say::terminal("section");
            first.title = say::terminal("title");
            first.check = say::terminal("check");
            for key in ["profile", "assessment", "fix"] {
                first.info.push((key.to_owned(), say::terminal(key)));
            }
        }
        Behaviour::DescribesFromTheHost => section.title = walk::walk(),
        Behaviour::DescribesByGrowing => loop {
            std::hint::black_box(vec![1_u8; audit::MIB].leak());
        },
        Behaviour::DescribesByRecursion => {
            std::hint::black_box(audit::dig(1));
        }
        Behaviour::DescribesNothing => section.recommendations.clear(),
        Behaviour::DescribesEveryDetail => {
            first.info = (0..20_000).map(|n| ("reference".to_owned(), format!("https://example.com/{n}"))).collect();
        }
        Behaviour::DescribesTooManyBytes => section.title = "x".repeat(64 * audit::MIB),
        _ => {}
    }
    section
}

fn honest() -> Section {
    Section {
        benchmark: BENCHMARK.into(),
        number: SECTION.into(),
        title: "Hostile".into(),
        recommendations: IDS.iter().map(|id| recommendation(id)).collect(),
        info: Vec::new(),
    }
}

fn recommendation(id: &str) -> Recommendation {
    let info = vec![("level".to_owned(), "1".to_owned())];
    Recommendation { id: id.into(), title: "Something".into(), check: "hostile".into(), info }
}
