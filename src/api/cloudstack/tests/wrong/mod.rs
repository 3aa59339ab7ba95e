//! Wrong input, to every command and every parameter that it takes: it is refused in the service's own form
//! and words, and changes nothing.

mod estate;
mod sent;

use super::Cloud;
use crate::api::cloudstack::catalog::{self, Audience, Command};
use crate::api::cloudstack::params::{Kind, Param};
use crate::api::cloudstack::table;
use estate::{Estate, sent_name};
use sent::{Caller, Came, FORMS, Sent, Standing};

/// The id of nothing.
const NOWHERE: &str = "4b5b72e0-0000-4000-8000-000000000000";
const STRANGE: &str = "ü☃ \u{202e}𝄞<&>\"'%00,../..";
const LONG: [char; 300] = ['x'; 300];

/// What comes of a parameter, when all others are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Missing,
    Empty,
    Unknown,
    NoValue,
    NoDate,
    TooLong,
    /// What the command makes of it.
    Any,
}

impl Fate {
    /// What the refusal says, and the number of its kind.
    fn said(self, command: &Command, param: &Param, value: &str) -> (String, u16) {
        let (name, command) = (param.name, command.name.to_lowercase());
        let dispatcher = |why: &str| {
            (
                format!("Unable to execute API command {command} due to {why}"),
                9999,
            )
        };
        match self {
            Fate::Missing => dispatcher(&format!("missing parameter {name}")),
            Fate::Empty => (format!("Invalid value provided for API arg: {name}"), 4350),
            Fate::Unknown => dispatcher(&format!("invalid value. Invalid parameter {name} value=")),
            Fate::NoValue => dispatcher(&format!("invalid value {value} for parameter {name}")),
            Fate::NoDate => (
                format!("Unable to parse date {value} for command {command}, "),
                9999,
            ),
            Fate::TooLong => dispatcher(&format!(
                "invalid value. Value greater than max allowed length {} for param: {name}",
                param.length
            )),
            Fate::Any => (String::new(), 0),
        }
    }
}

/// Values that are wrong for a parameter, or odd, and what comes of each.
fn wrong_values(param: &Param) -> Vec<(String, Fate)> {
    let long = LONG.iter().collect::<String>();
    let is_long = long.len() > param.length;
    let empty = |otherwise| {
        if param.is_required {
            Fate::Empty
        } else {
            otherwise
        }
    };
    let values: &[(&str, Fate)] = match param.kind {
        Kind::Text => &[
            (&long, if is_long { Fate::TooLong } else { Fate::Any }),
            ("", empty(Fate::Any)),
            (STRANGE, Fate::Any),
            ("-1", Fate::Any),
            ("10.0.0.0/33", Fate::Any),
        ],
        Kind::Texts => &[
            ("", empty(Fate::Any)),
            (",,", Fate::Any),
            (STRANGE, Fate::Any),
        ],
        Kind::Map => &[(STRANGE, Fate::Any)],
        Kind::Flag => &[("", empty(Fate::Any)), ("maybe", Fate::Any)],
        Kind::Integer => &[
            ("many", Fate::NoValue),
            ("1.5", Fate::NoValue),
            ("2147483648", Fate::NoValue),
            ("", empty(Fate::Any)),
            ("-1", Fate::Any),
            ("-2147483648", Fate::Any),
            ("2147483647", Fate::Any),
        ],
        Kind::Long => &[
            ("many", Fate::NoValue),
            ("9223372036854775808", Fate::NoValue),
            ("", empty(Fate::NoValue)),
            ("-1", Fate::Any),
            ("-9223372036854775808", Fate::Any),
            ("9223372036854775807", Fate::Any),
        ],
        Kind::Float => &[
            ("many", Fate::NoValue),
            ("-1", Fate::Any),
            ("1e308", Fate::Any),
        ],
        Kind::Instant => &[("soon", Fate::NoDate), ("2026-13-01", Fate::NoDate)],
        Kind::Id(_) | Kind::Ids(_) => &[
            (NOWHERE, Fate::Unknown),
            ("nonsense", Fate::Unknown),
            ("99999999999999999999", Fate::Unknown),
            (STRANGE, Fate::Unknown),
            (&long, Fate::Unknown),
            ("-1", Fate::Any),
            (
                "",
                empty(if matches!(param.kind, Kind::Id(_)) {
                    Fate::Unknown
                } else {
                    Fate::Any
                }),
            ),
        ],
    };
    let owned = values
        .iter()
        .map(|(value, fate)| ((*value).to_owned(), *fate));
    owned.collect()
}

type Params = Vec<(String, String)>;

/// A request with one parameter that is wrong, and what comes of it.
struct Case {
    params: Params,
    param: &'static Param,
    value: String,
    fate: Fate,
}

fn cases(estate: &Estate, command: &'static Command) -> Vec<Case> {
    let required = estate.required(command);
    let mut cases = Vec::new();
    for param in &command.params {
        let name = sent_name(param);
        let others: Vec<_> = required
            .iter()
            .filter(|(known, _)| *known != name)
            .cloned()
            .collect();
        if param.is_required {
            cases.push(Case {
                params: others.clone(),
                param,
                value: String::new(),
                fate: Fate::Missing,
            });
        }
        for (value, fate) in wrong_values(param) {
            let params = others
                .iter()
                .cloned()
                .chain([(name.clone(), value.clone())]);
            cases.push(Case {
                params: params.collect(),
                param,
                value,
                fate,
            });
        }
    }
    cases
}

/// Commands of those who have signed in. A login has a form of its own.
fn commands() -> impl Iterator<Item = &'static Command> {
    let rows = table::rows().filter(|row| !row.is_open);
    rows.filter_map(|row| catalog::command(row.name()))
}

/// A cloud to try things in, which is as it was whenever something was changed in it.
struct Trial<'a> {
    estate: &'a Estate,
    cloud: Cloud,
    was: String,
    forms: usize,
}

impl<'a> Trial<'a> {
    fn new(estate: &'a Estate) -> Self {
        Self {
            estate,
            cloud: estate.again(),
            was: format!("{:?}", estate.cloud.world),
            forms: 0,
        }
    }

    /// Sends a request, in the next of the forms that there are.
    fn send(&mut self, command: &'static Command, caller: &Caller, params: &Params) -> Came {
        self.forms += 1;
        let sent = Sent {
            command,
            caller,
            params,
            form: &FORMS[self.forms % FORMS.len()],
        };
        let came = sent.to(&mut self.cloud);
        let row = table::find(command.name).map(|(_, row)| row);
        if came.status == 200 && row.is_none_or(|row| !row.operation.is_read) {
            self.cloud = self.estate.again();
        }
        came
    }

    /// Whether all that was refused left everything as it was; only ids were given to the requests.
    fn check(&mut self, command: &Command) {
        self.cloud.world.ids = self.estate.cloud.world.ids.clone();
        let is = format!("{:?}", self.cloud.world);
        assert!(is == self.was, "{} changed something", command.name);
    }
}

#[test]
fn a_wrong_parameter_is_refused_in_the_services_words_and_changes_nothing() {
    let estate = Estate::new();
    let mut trial = Trial::new(&estate);
    for command in commands() {
        for Case {
            params,
            param,
            value,
            fate,
        } in cases(&estate, command)
        {
            let came = trial.send(command, &estate.admin, &params);
            // Where nothing of a kind is there, another parameter is as wrong.
            let is_alone = params
                .iter()
                .all(|(name, it)| *name == param.name || it != NOWHERE);
            if fate != Fate::Any && is_alone {
                let (text, class) = fate.said(command, param, &value);
                let is_said = came.text.starts_with(&text);
                assert!(is_said, "{} said {}, not {text}", command.name, came.text);
                assert_eq!((came.status, came.class), (431, Some(class)), "{text}");
            }
        }
        trial.check(command);
    }
}

#[test]
fn a_command_is_refused_to_whom_it_is_not_for() {
    let estate = Estate::new();
    let mut trial = Trial::new(&estate);
    for command in commands() {
        let usual = estate.required(command);
        let wrong = cases(&estate, command).into_iter().step_by(11);
        let all = [Vec::new(), usual]
            .into_iter()
            .chain(wrong.map(|case| case.params));
        for params in all {
            for caller in &estate.others {
                let status = trial.send(command, caller, &params).status;
                match (caller.standing, command.audience) {
                    (Standing::Nobody, _) => assert_eq!(status, 401),
                    (_, Audience::RootAdmins) | (Standing::User, Audience::DomainAdmins) => {
                        assert_eq!(status, 432, "{} by {}", command.name, caller.name);
                    }
                    (Standing::User | Standing::Steward | Standing::Root, _) => {
                        assert!(!matches!(status, 401 | 432))
                    }
                }
            }
        }
        trial.check(command);
    }
}
