use keelmark_sdk::{Check, Evidence, Facts, HostError, Params, Verdict};

use crate::needs;

pub static CHECK: Check = Check {
    slug: "overdue-security-audit",
    control: "ops-regular-security-audits",
    title: "Host and containers may not be audited regularly",
    means: "The host, the engine and the containers are audited for security on a schedule, and what is found is \
            followed up.",
    why: "Hosts drift: a flag added in an outage, a package that was never updated, a user who left. Each of them stays \
          open until somebody looks, and an intruder looks more often than an administrator without a calendar.",
    audited: "Always judged by a person: a schedule leaves no trace that the engine could tell. To go by: the operating \
              system, kernel and engine that an audit would have to judge. That keelmark runs now is one audit, and \
              says nothing of the last or the next one.",
    fix: "Run the audit on a timer, keep its reports, and name who reads them:\n\
          \n\
          # /etc/systemd/system/keelmark.service\n\
          [Service]\n\
          Type=oneshot\n\
          ExecStart=/usr/local/bin/keelmark audit --output json=/var/log/keelmark.json\n\
          \n\
          # /etc/systemd/system/keelmark.timer\n\
          [Timer]\n\
          OnCalendar=weekly\n\
          Persistent=true\n\
          [Install]\n\
          WantedBy=timers.target\n\
          \n\
          systemctl enable --now keelmark.timer",
    impact: "Audits take people's time; what they find takes more.",
    default: "Nothing is audited unless someone arranges it.",
    deviates: "",
    references: &[
        "https://docs.docker.com/engine/security/",
        "https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html",
    ],
    needs: &[needs::info(&["OperatingSystem", "KernelVersion", "ServerVersion"])],
    params: &[],
    audit,
};

fn audit(facts: &Facts, _: &Params) -> Result<Verdict, HostError> {
    let info = facts.info()?;
    let told = |field: &str| Ok(Evidence::new("daemon", field, info.str(field)?));
    let evidence: Result<Vec<_>, HostError> =
        ["OperatingSystem", "KernelVersion", "ServerVersion"].into_iter().map(told).collect();
    Ok(Verdict::manual(
        "look up when host and containers were last audited, and what became of the findings",
        evidence?,
    ))
}
