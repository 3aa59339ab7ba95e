//! A recognised request, and the shape of the rows that carry one out.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::{Request, json};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Place;
use crate::vocabulary::profile::Profile;
use crate::world::Draft;
use crate::world::accounts::Session;
use crate::world::balancers::Balancer;
use crate::world::images::image::Image;
use crate::world::offerings::flavor::Flavor;
use crate::world::operations::Thing;
use crate::world::topology::HostKey;
use crate::world::volume::VolumeDraft;
use crate::world::{Demand, World};

/// A request that a dialect has recognised as a command.
#[derive(Debug)]
pub struct Call {
    pub command: CommandId,
    pub operation: &'static Operation,
    pub request: Request,
    /// What stands in the path where the route has a `{name}`.
    pub path_params: Vec<(&'static str, String)>,
    /// Decoded, in the client's order. For CloudStack, all parameters, their names in lower case.
    pub query: Vec<(String, String)>,
    /// The JSON body; `Null` when there is none. For CloudStack, the parameters as an object.
    pub body: Value,
    /// Scheme, host and the region's prefix as the client used them, without a slash at the end; links begin
    /// with it, and so stay in the region.
    pub base_url: String,
    /// Nova's microversion: the number after `2.`.
    pub microversion: u32,
    /// What is wrong with the version that was asked for. It is told once the caller is known.
    pub microversion_fault: Option<Fault>,
    pub session: Option<Arc<Session>>,
    /// Whose cloud is to answer; known from where the call is looked at by a world.
    pub profile: Profile,
    /// When a world looked at it first, on that world's clock.
    pub arrived: DateTime<Utc>,
    /// Unique per request; OpenStack shows it as the request id.
    pub id: Uuid,
}

impl Call {
    /// What stands in the path at `{name}`; empty when the route has no such part.
    pub fn path_param(&self, name: &str) -> &str {
        self.path_params
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    /// The first query parameter of that name.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A row of a dialect's table: what is behind a command.
pub struct Operation {
    /// The command's name.
    pub command: &'static str,
    /// What the command acts on, and where. It may look but not touch.
    pub land: fn(&World, &Call) -> Result<Landing, Fault>,
    /// The default path: carries the command out, on what `land` found.
    pub run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
    /// Whether `run` changes nothing; under an elastic clock a look moves time.
    pub is_read: bool,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.command)
    }
}

/// What a command acts on, and where that is.
#[derive(Debug, Clone, Default)]
pub struct Landing {
    pub target: Target,
    /// `None` for a command that happens nowhere in particular.
    pub place: Option<Arc<Place>>,
}

/// What a command acts on.
#[derive(Debug, Clone, Default)]
pub enum Target {
    #[default]
    Nothing,
    Server(Uuid),
    /// A server to be made, on the host that was chosen for it, if there is one. `number` of them are asked
    /// for; each further one is placed when it is made.
    NewServer {
        draft: Box<Draft>,
        host: Option<HostKey>,
        number: u64,
    },
    Flavor(Arc<Flavor>),
    Image(Arc<Image>),
    /// An image to be made.
    NewImage(Box<Image>),
    /// A volume or a snapshot.
    Thing(Thing),
    /// A volume to be made.
    NewVolume(Box<VolumeDraft>),
    Network(Uuid),
    /// By name, whether it exists or not.
    KeyPair(Arc<str>),
    Host(HostKey),
    Job(Uuid),
    Balancer(u32),
    /// A load balancer to be made, on the host that was chosen for it.
    NewBalancer(Box<Balancer>),
    /// A node of a load balancer.
    Node {
        balancer: u32,
        node: u32,
    },
}

impl Landing {
    /// For commands that act on nothing in particular.
    pub fn nowhere(_: &World, _: &Call) -> Result<Landing, Fault> {
        Ok(Landing::default())
    }

    pub fn on(target: Target) -> Self {
        Self {
            target,
            place: None,
        }
    }

    /// A thing, at the place of the host that sees to it.
    pub fn on_thing(world: &World, thing: Thing, host: Option<HostKey>) -> Self {
        Self {
            target: Target::Thing(thing),
            place: host.map(|host| world.topology.host(host).place.clone()),
        }
    }

    pub fn on_volume(world: &World, id: Uuid) -> Self {
        Self::on_thing(world, Thing::Volume(id), world.host_of_volume(id))
    }

    /// A volume to be made, at the place of the host that will see to it.
    pub fn on_new_volume(world: &World, draft: VolumeDraft) -> Self {
        let host = world.place_volume(&draft.zone);
        Self {
            place: host.map(|host| world.topology.host(host).place.clone()),
            target: Target::NewVolume(Box::new(draft)),
        }
    }

    /// A host, which is its own place.
    pub fn on_host(world: &World, host: HostKey) -> Self {
        Self {
            target: Target::Host(host),
            place: Some(world.topology.host(host).place.clone()),
        }
    }

    /// A server, at the place where it is or last was.
    pub fn on_server(world: &World, id: Uuid) -> Self {
        let server = world.server(id);
        let host = server.and_then(|server| server.host.or(server.last_host));
        Self {
            target: Target::Server(id),
            place: host.map(|host| world.topology.host(host).place.clone()),
        }
    }

    /// A load balancer, or with `node` one of its nodes, at the place of the host that carries it.
    pub fn on_balancer(world: &World, id: u32, node: Option<u32>) -> Self {
        let host = world.balancers.get(id).and_then(|balancer| balancer.host);
        Self {
            target: match node {
                Some(node) => Target::Node { balancer: id, node },
                None => Target::Balancer(id),
            },
            place: host.map(|host| world.topology.host(host).place.clone()),
        }
    }

    /// A load balancer to be made.
    pub fn on_new_balancer(world: &World, balancer: Balancer) -> Self {
        let host = balancer.host;
        Self {
            target: Target::NewBalancer(Box::new(balancer)),
            place: host.map(|host| world.topology.host(host).place.clone()),
        }
    }

    /// A server to be made, placed now so that the rules see where it goes.
    pub fn on_new_server(world: &World, draft: Draft, number: u64) -> Self {
        let host = world.place(&draft.scope, Demand::of_new(&draft.spec));
        Self {
            place: host.map(|host| world.topology.host(host).place.clone()),
            target: Target::NewServer {
                draft: Box::new(draft),
                host,
                number,
            },
        }
    }
}

/// Room for the body of most answers, in bytes: a server takes about 1,500.
const USUAL_BODY: usize = 2048;

/// An answer, before the dialect adds what all of its answers carry.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub body: Bytes,
    /// What has to be so for it to be given.
    pub proviso: Option<Box<Proviso>>,
}

/// What has to be so, once all that is due has happened, for an answer to be given: for services that wait
/// for the host before they answer.
#[derive(Debug, Clone)]
pub struct Proviso {
    /// Whether it is so, of these things.
    pub holds: fn(&World, [Uuid; 2]) -> bool,
    pub of: [Uuid; 2],
    /// What the client is told where it is not.
    pub otherwise: Fault,
}

impl Answer {
    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            proviso: None,
        }
    }

    /// An answer in JSON. `body` is anything whose JSON form cannot fail: structs and values of ours.
    pub fn json(status: StatusCode, body: &impl serde::Serialize) -> Self {
        let mut bytes = Vec::with_capacity(USUAL_BODY);
        if json::write(&mut bytes, body).is_err() {
            // Ours have string keys only, the one thing that can make this fail.
            bytes.clear();
        }
        Self {
            status,
            headers: vec![(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )],
            body: bytes.into(),
            proviso: None,
        }
    }

    /// This answer, given only if something is so.
    #[must_use]
    pub fn provided(self, proviso: Proviso) -> Self {
        Self {
            proviso: Some(Box::new(proviso)),
            ..self
        }
    }

    /// This answer with one more header; a value that no header can hold is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }
}
