//! What is known of an API call: the request, who sent it, and what it acts on.

use std::sync::Arc;

use serde_json::Value;

use crate::api::{Call, Landing, Target};
use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::World;

/// The facts of an API call. Where the call did not land, nothing is known of what it acts on.
pub(super) struct CallFacts<'a> {
    pub(super) call: &'a Call,
    pub(super) world: &'a World,
    pub(super) landing: Option<&'a Landing>,
}

impl Facts for CallFacts<'_> {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let request = &self.call.request;
        let session = self.call.session.as_deref();
        match path {
            FactPath::Method => Some(FactValue::text(request.method.as_str())),
            FactPath::Path => Some(FactValue::text(&request.path)),
            FactPath::Query(name) => self.call.param(name).map(FactValue::text),
            FactPath::Header(name) => {
                let value = request.headers.get(&**name)?;
                value.to_str().ok().map(FactValue::text)
            }
            FactPath::Body(keys) => below(&self.call.body, keys).map(FactValue::from_json),
            FactPath::Of(subject, keys) => self.subject(*subject, path, keys),
            FactPath::Tenant => session?
                .project
                .as_ref()
                .map(|project| FactValue::text(&project.name)),
            FactPath::User => session.map(|session| FactValue::text(&session.user.name)),
            FactPath::Region => Some(FactValue::text(self.world.region())),
            FactPath::Attempt => Some(FactValue::Number(1.0)),
        }
    }
}

impl CallFacts<'_> {
    /// What the call acts on, in a word; for the journal.
    pub(super) fn subject_name(&self) -> Option<Arc<str>> {
        match &self.landing?.target {
            Target::Nothing | Target::Job(_) => None,
            Target::Server(id) => self
                .world
                .server(*id)
                .map(|server| server.spec.name.clone()),
            Target::NewServer { draft, .. } => Some(draft.spec.name.clone()),
            Target::Flavor(flavor) => Some(flavor.name.clone()),
            Target::Image(image) => Some(image.name.clone()),
            Target::NewImage(image) => Some(image.name.clone()),
            Target::Thing(thing) => self.world.thing(*thing).map(|thing| thing.name().clone()),
            Target::NewVolume(draft) => Some(draft.name.clone()),
            Target::Network(id) => self
                .world
                .network(*id)
                .map(|network| network.meta.name.clone()),
            Target::KeyPair(name) => Some(name.clone()),
            Target::Balancer(id) | Target::Node { balancer: id, .. } => {
                let balancer = self.world.balancers.get(*id)?;
                Some(balancer.name.clone())
            }
            Target::NewBalancer(balancer) => Some(balancer.name.clone()),
            Target::Host(host) => Some(self.world.topology.host(*host).name.clone()),
        }
    }

    fn subject<'a>(
        &'a self,
        subject: Subject,
        path: &FactPath,
        keys: &[Arc<str>],
    ) -> Option<FactValue<'a>> {
        let named = |wanted: Subject, name: &'a str, id: String| match keys {
            [field] if subject == wanted && **field == *"name" => Some(FactValue::text(name)),
            [field] if subject == wanted && **field == *"id" => Some(FactValue::Text(id.into())),
            _ => None,
        };
        match &self.landing?.target {
            Target::Nothing => None,
            Target::Server(id) => self.world.server(*id)?.get(path),
            Target::NewServer { draft, .. } => draft.spec.get(path),
            Target::Flavor(flavor) => named(Subject::Flavor, &flavor.name, flavor.id.to_string()),
            Target::Image(image) => named(Subject::Image, &image.name, image.id.to_string()),
            Target::NewImage(image) => named(Subject::Image, &image.name, image.id.to_string()),
            Target::Thing(thing) => self.world.thing(*thing)?.get(path),
            Target::NewVolume(draft) => draft.get(path),
            Target::Network(id) => {
                let network = self.world.network(*id)?;
                named(Subject::Network, &network.meta.name, id.to_string())
            }
            Target::KeyPair(name) => named(Subject::KeyPair, name, name.to_string()),
            Target::Host(host) => {
                let host = self.world.topology.host(*host);
                named(Subject::Host, &host.name, host.id.to_string())
            }
            Target::Job(id) => named(Subject::Job, "", id.to_string()),
            Target::Balancer(id) => self.world.balancers.get(*id)?.get(path),
            Target::NewBalancer(balancer) => balancer.get(path),
            Target::Node { balancer, node } => {
                let balancer = self.world.balancers.get(*balancer)?;
                let of_node = || balancer.node(*node)?.get(path);
                balancer.get(path).or_else(of_node)
            }
        }
    }
}

/// The value at a path into JSON; a number steps into a list.
fn below<'a>(value: &'a Value, keys: &[Arc<str>]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| match value {
        Value::Object(members) => members.get(&**key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}
