use keelmark_sdk::{Check, Evidence, Facts, HostError, Judgement, Need, Params, Verdict, counted};

use super::asking;
use crate::needs;

pub static CHECK: Check = Check {
    slug: "unpatched-image",
    control: "image-scan-and-rebuild",
    title: "Image may lack security patches",
    means: "Images are scanned for known vulnerabilities regularly, and rebuilt from an updated base without the build \
            cache when patches come out.",
    why: "An image is frozen on the day it was built. Patching the host does nothing for the OpenSSL inside it, and a \
          container restarted from it brings every hole back that has been published since.",
    audited: "Always judged by a person, since keelmark scans no image. To go by: when every image was built (Created), \
              and how many days ago that was. The age is a hint in one direction only: an old image lacks patches, a \
              new one may have been built from an old base or cache. Reproducible builds date themselves at 1970 or so.",
    fix: "Scan, rebuild without the cache, and recreate the containers:\n\
          \n\
          trivy image registry.example/app:1.4      or:  docker scout cves registry.example/app:1.4\n\
          docker build --pull --no-cache --tag registry.example/app:1.5 .\n\
          docker compose up --detach --force-recreate\n\
          \n\
          Let a scheduled pipeline do it, and let it fail on vulnerabilities that have a fix.",
    impact: "Rebuilt images can behave differently, and containers must be replaced.",
    default: "Docker neither scans nor rebuilds.",
    deviates: "",
    references: &[
        "https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
        "https://docs.docker.com/scout/",
        "https://trivy.dev/latest/docs/target/container_image/",
    ],
    needs: &[
        needs::LIST_IMAGES,
        needs::inspect_images(&["Created"]),
        Need::new("host.now", &[], "tells how old images are"),
    ],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let today = facts.now()?.div_euclid(86_400);
    let verdict = facts.each_image(|image| {
        // The engine leaves it out for images that carry no date.
        let created = image.optional("Created", |image, path| image.str(path))?.unwrap_or_default();
        let evidence = Evidence::new(&image.subject, "Created", if created.is_empty() { "none" } else { created });
        Ok(Judgement::ask(match day(created) {
            Some(day) => evidence.note(format!("{} ago", counted(usize::try_from(today - day).unwrap_or(0), "days"))),
            None => evidence,
        }))
    })?;
    Ok(asking(verdict, "look up the last scan of every image, and whether it was rebuilt since its patches came out"))
}

/// Days since 1970 of the date that an RFC 3339 time starts with.
fn day(time: &str) -> Option<i64> {
    let date = time.split('T').next()?;
    let mut parts = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years start in March, so that the leap day is a year's last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_counted_from_1970() {
        for (time, days) in
            [("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59.9+02:00", 11_016), ("2026-11-01", 20_758)]
        {
            assert_eq!(super::day(time), Some(days), "{time}");
        }
        assert_eq!(super::day("yesterday"), None);
        assert_eq!(super::day("2026-13-01"), None);
    }
}
