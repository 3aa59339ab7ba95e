//! `given`: what exists at the start.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use super::Checker;
use crate::scenario::ast::{Field, Given, Span, Value, Word};
use crate::scenario::codes;
use crate::scenario::names::{did_you_mean, nearest, one_of};
use crate::vocabulary::balancing;
use crate::vocabulary::fact::{SETTABLE_STATUSES, VOLUME_STATUSES};
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::{
    self, GivenBalancer, GivenFlavor, GivenImage, GivenServer, GivenUser, GivenVolume,
};

/// A kind of thing: its word, the word for many, and its fields with an example of each.
struct Kind {
    word: &'static str,
    plural: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

const SERVER: Kind = Kind {
    word: "server",
    plural: "servers",
    fields: &[
        ("status", "status ACTIVE"),
        ("flavor", "flavor \"2\""),
        ("image", "image \"cirros\""),
        ("tenant", "tenant \"demo\""),
        ("metadata", "metadata { role = \"db\" }"),
    ],
};

const IMAGE: Kind = Kind {
    word: "image",
    plural: "images",
    fields: &[("id", "id \"…\"")],
};

const FLAVOR: Kind = Kind {
    word: "flavor",
    plural: "flavors",
    fields: &[
        ("id", "id \"7\""),
        ("cpus", "cpus 2"),
        ("memory", "memory 2GiB"),
        ("disk", "disk 20GiB"),
    ],
};

const USER: Kind = Kind {
    word: "user",
    plural: "users",
    fields: &[
        ("password", "password \"secret\""),
        ("tenant", "tenant \"demo\""),
        ("admin", "admin true"),
    ],
};

const VOLUME: Kind = Kind {
    word: "volume",
    plural: "volumes",
    fields: &[
        ("size", "size 10GiB"),
        ("status", "status error"),
        ("tenant", "tenant \"demo\""),
        ("metadata", "metadata { role = \"db\" }"),
    ],
};

const BALANCER: Kind = Kind {
    word: "balancer",
    plural: "balancers",
    fields: &[
        ("status", "status ACTIVE"),
        ("protocol", "protocol HTTP"),
        ("port", "port 8080"),
        ("algorithm", "algorithm ROUND_ROBIN"),
        ("tenant", "tenant \"demo\""),
        ("nodes", "nodes \"10.1.1.1:80, 10.1.1.2:80\""),
        ("metadata", "metadata { role = \"db\" }"),
    ],
};

const KINDS: &[&Kind] = &[&SERVER, &IMAGE, &FLAVOR, &USER, &VOLUME, &BALANCER];

impl Checker<'_> {
    pub(super) fn given(&mut self, given: &Given<'_>) {
        let Some(kind) = self.kind(&given.kind) else {
            return;
        };
        let before = self.desk.count();
        let count = self.given_count(given);
        let scope = given.on.as_ref().and_then(|on| self.scope(on));
        if given.on.is_some() && kind.word != SERVER.word {
            self.no_place(given, kind);
        }
        let fields = self.fields(given, kind);
        if self.desk.count() > before {
            return;
        }
        let name: Arc<str> = Arc::from(&*given.name.value);
        let scope = scope.unwrap_or_else(Scope::everywhere);
        let thing = match kind.word {
            "server" => self
                .server(name.clone(), count, scope, &fields)
                .map(plan::Given::Server),
            "image" => self
                .image(name.clone(), count, &fields)
                .map(plan::Given::Image),
            "flavor" => self
                .flavor(name.clone(), count, &fields)
                .map(plan::Given::Flavor),
            "volume" => self
                .volume(name.clone(), count, &fields)
                .map(plan::Given::Volume),
            "balancer" => self
                .balancer(name.clone(), count, &fields)
                .map(plan::Given::Balancer),
            _ => self
                .user(name.clone(), count, &fields)
                .map(plan::Given::User),
        };
        if let Some(thing) = thing
            && self.is_first(kind, name, given)
        {
            self.draft.plan.givens.push(thing);
        }
    }

    fn kind(&mut self, word: &Word<'_>) -> Option<&'static Kind> {
        let is_named = |kind: &&&Kind| kind.word == word.value || kind.plural == word.value;
        let kind = KINDS.iter().find(is_named).copied();
        if kind.is_none() {
            let message = format!("unknown kind of thing `{}`", word.value);
            let finding = self
                .desk
                .finding(&codes::UNKNOWN_VALUE, word.span.clone(), message);
            let names: Vec<&str> = KINDS.iter().map(|kind| kind.word).collect();
            let help = did_you_mean(word.value, names.iter().copied());
            self.desk.report(
                finding.help(help.unwrap_or_else(|| format!("there can be {}", one_of(&names)))),
            );
        }
        kind
    }

    fn given_count(&mut self, given: &Given<'_>) -> u64 {
        let Some(number) = &given.count else { return 1 };
        let count = self.desk.integer(number, 1..=1_000_000);
        count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or(1)
    }

    fn no_place(&mut self, given: &Given<'_>, kind: &Kind) {
        let message = format!("a {} is at no place", kind.word);
        let finding = self
            .desk
            .finding(&codes::NO_PLACE, given.span.clone(), message);
        self.desk.report(finding.help("leave `on` out"));
    }

    /// Servers and balancers may have the same name, as in the real clouds; other things that are declared twice are one
    /// too many.
    fn is_first(&mut self, kind: &'static Kind, name: Arc<str>, given: &Given<'_>) -> bool {
        if [SERVER.word, VOLUME.word, BALANCER.word].contains(&kind.word) {
            return true;
        }
        let location = self.desk.location(given.span.clone());
        let many = given.count.is_some() && !name.contains("{n}");
        let first = self.draft.declared.get(&(kind.word, name.clone())).cloned();
        if !many && first.is_none() {
            self.draft.declared.insert((kind.word, name), location);
            return true;
        }
        let message = format!("the {} \"{name}\" is given more than once", kind.word);
        let finding = codes::DECLARED_TWICE.at(location, message);
        self.desk.report(match first {
            Some(first) => finding.related(first, "first given here"),
            None => finding.help("number them with `{n}` in the name"),
        });
        false
    }

    // ------------------------------------------------------------ fields

    /// The fields by their names, each known and there once.
    fn fields<'g, 's>(&mut self, given: &'g Given<'s>, kind: &Kind) -> Fields<'g, 's> {
        let mut fields: Fields<'g, 's> = Vec::new();
        for field in &given.fields {
            let Some((_, form)) = kind
                .fields
                .iter()
                .find(|(name, _)| *name == field.name.value)
            else {
                self.unknown_field(&field.name, kind);
                continue;
            };
            if let Some((first, _)) = fields
                .iter()
                .find(|(known, _)| known.name.value == field.name.value)
            {
                let message = format!("`{}` is given twice", field.name.value);
                let place = field.name.span.clone();
                let finding = self.desk.finding(&codes::TWICE, place, message);
                let first = self.desk.location(first.name.span.clone());
                self.desk.report(finding.related(first, "first here"));
            }
            match &field.value {
                Some(value) => fields.push((field, value)),
                None => {
                    let message = format!("`{}` needs a value", field.name.value);
                    self.desk.incomplete(field.name.span.clone(), message, form);
                }
            }
        }
        fields
    }

    fn unknown_field(&mut self, word: &Word<'_>, kind: &Kind) {
        let message = format!("a {} has no `{}`", kind.word, word.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_FIELD, word.span.clone(), message);
        let names: Vec<&str> = kind.fields.iter().map(|(name, _)| *name).collect();
        self.desk.report(
            finding.help(match nearest(word.value, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a {} has {}", kind.word, one_of(&names)),
            }),
        );
    }

    fn wrong_value(&mut self, kind: &Kind, field: &Field<'_>, place: Span) {
        let form = kind
            .fields
            .iter()
            .find(|(name, _)| *name == field.name.value);
        let message = format!("this is no value for `{}`", field.name.value);
        let finding = self.desk.finding(&codes::WRONG_KIND, place, message);
        let form = form.map_or("", |(_, form)| form);
        self.desk
            .report(finding.help(format!("write it like `{form}`")));
    }

    fn text_of(&mut self, kind: &Kind, fields: &Fields<'_, '_>, name: &str) -> Read<Arc<str>> {
        match find(fields, name) {
            None => Ok(None),
            Some((_, Value::Text(text))) => Ok(Some(Arc::from(&*text.value))),
            Some((field, value)) => {
                self.wrong_value(kind, field, span_of(value));
                Err(Reported)
            }
        }
    }

    fn number_of<T>(
        &mut self,
        kind: &Kind,
        fields: &Fields<'_, '_>,
        name: &str,
        read: fn(&mut crate::scenario::desk::Desk<'_>, &Word<'_>) -> Option<T>,
    ) -> Read<T> {
        match find(fields, name) {
            None => Ok(None),
            Some((_, Value::Number(number))) => {
                read(&mut self.desk, number).map(Some).ok_or(Reported)
            }
            Some((field, value)) => {
                self.wrong_value(kind, field, span_of(value));
                Err(Reported)
            }
        }
    }

    /// A word of a closed set.
    fn word_of(
        &mut self,
        kind: &Kind,
        fields: &Fields<'_, '_>,
        name: &str,
        known: &'static [&'static str],
    ) -> Read<Arc<str>> {
        match find(fields, name) {
            None => Ok(None),
            Some((_, Value::Word(word))) => {
                let found = self.desk.known(word, name, known);
                found.map(|found| Some(found.into())).ok_or(Reported)
            }
            Some((field, value)) => {
                self.wrong_value(kind, field, span_of(value));
                Err(Reported)
            }
        }
    }

    fn flag_of(&mut self, kind: &Kind, fields: &Fields<'_, '_>, name: &str) -> Read<bool> {
        match find(fields, name) {
            None => Ok(None),
            Some((_, Value::Word(word))) if word.value == "true" => Ok(Some(true)),
            Some((_, Value::Word(word))) if word.value == "false" => Ok(Some(false)),
            Some((field, value)) => {
                self.wrong_value(kind, field, span_of(value));
                Err(Reported)
            }
        }
    }

    fn metadata_of(
        &mut self,
        kind: &Kind,
        fields: &Fields<'_, '_>,
    ) -> Read<Vec<(Arc<str>, Arc<str>)>> {
        match find(fields, "metadata") {
            None => Ok(None),
            Some((_, Value::Entries(_, entries))) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (Arc::from(&*key.value), Arc::from(&*value.value)));
                Ok(Some(entries.collect()))
            }
            Some((field, value)) => {
                self.wrong_value(kind, field, span_of(value));
                Err(Reported)
            }
        }
    }

    // ------------------------------------------------------------ things

    fn server(
        &mut self,
        name: Arc<str>,
        count: u64,
        scope: Scope,
        fields: &Fields<'_, '_>,
    ) -> Option<GivenServer> {
        let status = self.word_of(&SERVER, fields, "status", SETTABLE_STATUSES);
        let flavor = self.text_of(&SERVER, fields, "flavor");
        let image = self.text_of(&SERVER, fields, "image");
        let tenant = self.text_of(&SERVER, fields, "tenant");
        let metadata = self.metadata_of(&SERVER, fields);
        Some(GivenServer {
            name,
            count,
            scope,
            status: status.ok()?,
            flavor: flavor.ok()?,
            image: image.ok()?,
            tenant: tenant.ok()?,
            metadata: metadata.ok()?.unwrap_or_default(),
        })
    }

    fn image(&mut self, name: Arc<str>, count: u64, fields: &Fields<'_, '_>) -> Option<GivenImage> {
        let id = self.text_of(&IMAGE, fields, "id").ok()?;
        if let (Some(id), Some((_, Value::Text(text)))) = (&id, find(fields, "id"))
            && id.parse::<uuid::Uuid>().is_err()
        {
            let message = "an image's id is a UUID";
            let finding = self
                .desk
                .finding(&codes::WRONG_KIND, text.span.clone(), message);
            let help = "write it like `id \"70a599e0-31e7-49b7-b260-868f441e862b\"`";
            self.desk.report(finding.help(help));
            return None;
        }
        Some(GivenImage { name, count, id })
    }

    fn flavor(
        &mut self,
        name: Arc<str>,
        count: u64,
        fields: &Fields<'_, '_>,
    ) -> Option<GivenFlavor> {
        let id = self.text_of(&FLAVOR, fields, "id");
        let cpus = self.number_of(&FLAVOR, fields, "cpus", |desk, word| desk.cpus(word));
        let memory = self.number_of(&FLAVOR, fields, "memory", |desk, word| desk.mebibytes(word));
        let disk = self.number_of(&FLAVOR, fields, "disk", |desk, word| desk.gibibytes(word));
        Some(GivenFlavor {
            name,
            count,
            id: id.ok()?,
            cpus: cpus.ok()?,
            memory: memory.ok()?,
            disk: disk.ok()?,
        })
    }

    fn volume(
        &mut self,
        name: Arc<str>,
        count: u64,
        fields: &Fields<'_, '_>,
    ) -> Option<GivenVolume> {
        let size = self.number_of(&VOLUME, fields, "size", |desk, word| desk.gibibytes(word));
        let status = self.word_of(&VOLUME, fields, "status", VOLUME_STATUSES);
        let tenant = self.text_of(&VOLUME, fields, "tenant");
        let metadata = self.metadata_of(&VOLUME, fields);
        Some(GivenVolume {
            name,
            count,
            size: size.ok()?,
            status: status.ok()?,
            tenant: tenant.ok()?,
            metadata: metadata.ok()?.unwrap_or_default(),
        })
    }

    fn user(&mut self, name: Arc<str>, count: u64, fields: &Fields<'_, '_>) -> Option<GivenUser> {
        let password = self.text_of(&USER, fields, "password");
        let tenant = self.text_of(&USER, fields, "tenant");
        let admin = self.flag_of(&USER, fields, "admin");
        Some(GivenUser {
            name,
            count,
            password: password.ok()?,
            tenant: tenant.ok()?,
            admin: admin.ok()?.unwrap_or(false),
        })
    }
}

impl Checker<'_> {
    fn balancer(
        &mut self,
        name: Arc<str>,
        count: u64,
        fields: &Fields<'_, '_>,
    ) -> Option<GivenBalancer> {
        static PROTOCOLS: LazyLock<Vec<&str>> =
            LazyLock::new(|| balancing::PROTOCOLS.iter().map(|(name, _)| *name).collect());
        let status = self.word_of(&BALANCER, fields, "status", balancing::SETTABLE_STATUSES);
        let protocol = self.word_of(&BALANCER, fields, "protocol", &PROTOCOLS);
        let algorithm = self.word_of(&BALANCER, fields, "algorithm", balancing::ALGORITHMS);
        let port = self.number_of(&BALANCER, fields, "port", |desk, word| desk.port(word));
        let tenant = self.text_of(&BALANCER, fields, "tenant");
        let nodes = self.nodes_of(fields);
        let metadata = self.metadata_of(&BALANCER, fields);
        Some(GivenBalancer {
            name,
            count,
            status: status.ok()?,
            protocol: protocol.ok()?,
            port: port.ok()?,
            algorithm: algorithm.ok()?,
            tenant: tenant.ok()?,
            nodes: nodes.ok()?.unwrap_or_default(),
            metadata: metadata.ok()?.unwrap_or_default(),
        })
    }

    /// Addresses with their ports, with commas between them.
    fn nodes_of(&mut self, fields: &Fields<'_, '_>) -> Read<Vec<SocketAddr>> {
        let Some((field, value)) = find(fields, "nodes") else {
            return Ok(None);
        };
        let places = match value {
            Value::Text(text) => {
                let places = text.value.split(',');
                places.map(|place| place.trim().parse().ok()).collect()
            }
            Value::Number(_) | Value::Word(_) | Value::Entries(..) => None,
        };
        if places.is_none() {
            self.wrong_value(&BALANCER, field, span_of(value));
        }
        places.map(Some).ok_or(Reported)
    }
}

/// What was wrong has been reported.
struct Reported;

/// A field's value; nothing where the field is not there.
type Read<T> = Result<Option<T>, Reported>;

type Fields<'g, 's> = Vec<(&'g Field<'s>, &'g Value<'s>)>;

fn find<'f, 's>(fields: &'f Fields<'_, 's>, name: &str) -> Option<(&'f Field<'s>, &'f Value<'s>)> {
    let found = fields.iter().find(|(field, _)| field.name.value == name);
    found.map(|(field, value)| (*field, *value))
}

fn span_of(value: &Value<'_>) -> Span {
    match value {
        Value::Text(text) => text.span.clone(),
        Value::Number(word) | Value::Word(word) => word.span.clone(),
        Value::Entries(span, _) => span.clone(),
    }
}
