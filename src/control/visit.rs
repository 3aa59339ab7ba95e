//! A request to the controls, and what a route asks of it.

use std::convert::Infallible;

use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Control;
use super::problem::Problem;
use crate::api::Request;
use crate::engine::{Cell, Engine, Program, Sim};
use crate::scenario::names::nearest;
use crate::world::World;

/// A request to the controls of one world.
pub(super) struct Visit<'a> {
    pub(super) control: &'a Control,
    /// The world's name.
    pub(super) world: &'a str,
    pub(super) cell: &'a Cell,
    pub(super) request: &'a Request,
    /// What stands in the path where the route has a `{name}`, still encoded.
    pub(super) params: Vec<(String, String)>,
}

/// JSON that carries scenario text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    scn: String,
}

impl Visit<'_> {
    pub(super) fn engine(&self) -> &Engine {
        &self.control.engine
    }

    /// Looks at the world, in the region that the path names, and changes it, when all that is due has run.
    pub(super) fn look<T>(&self, see: impl FnOnce(&mut Sim, &Program) -> T) -> T {
        self.engine().look(self.cell, |sim, program| {
            sim.enter_region_of(self.request);
            see(sim, program)
        })
    }

    /// The regions that are meant: all, where the path names none.
    pub(super) fn regions<'w>(&self, world: &'w World) -> impl Iterator<Item = &'w World> {
        let is_meant = |world: &&World| self.is_meant(world);
        world.in_regions().filter(is_meant)
    }

    /// Does something in each of the regions that are meant.
    pub(super) fn in_regions(&self, world: &mut World, mut act: impl FnMut(&mut World)) {
        let done = world.in_each_region(|world| {
            if self.is_meant(world) {
                act(world);
            }
            Ok::<(), Infallible>(())
        });
        match done {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }

    fn is_meant(&self, world: &World) -> bool {
        let wanted = self.request.region.as_ref();
        wanted.is_none_or(|wanted| wanted == world.region())
    }

    /// What stands in the path at `{name}`, decoded.
    pub(super) fn param(&self, name: &str) -> String {
        let found = self.params.iter().find(|(known, _)| known == name);
        let encoded = found.map_or("", |(_, value)| value);
        percent_decode_str(encoded).decode_utf8_lossy().into_owned()
    }

    /// The values of the query's parameters, which must be among those known.
    pub(super) fn query<const N: usize>(
        &self,
        known: [&str; N],
    ) -> Result<[Option<String>; N], Problem> {
        let mut values = [const { None }; N];
        for (name, value) in form_urlencoded::parse(self.request.query.as_bytes()) {
            match known.iter().position(|known| *known == name) {
                Some(position) => values[position] = Some(value.into_owned()),
                None => {
                    let message = format!("There is no parameter {name} here.");
                    return Err(Problem::bad_request(message).perhaps(nearest(&name, known)));
                }
            }
        }
        Ok(values)
    }

    /// The body, which has to be JSON; none counts as `{}`.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        match self.media_type() {
            None | Some("application/json") => parse(self.body()?),
            Some(other) => Err(Problem::wrong_type(other, "application/json")),
        }
    }

    /// The body as JSON, whatever it says it is.
    pub(super) fn untyped_json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        parse(self.body()?)
    }

    /// The body as scenario text, plain or wrapped in JSON.
    pub(super) fn scn(&self) -> Result<String, Problem> {
        match self.media_type() {
            Some("application/json") => parse(self.body()?).map(|wrapped: Wrapped| wrapped.scn),
            None => self.text(),
            Some(text) if text.starts_with("text/") => self.text(),
            Some(other) => Err(Problem::wrong_type(other, "text/plain")),
        }
    }

    fn text(&self) -> Result<String, Problem> {
        let text = str::from_utf8(self.body()?);
        let text =
            text.map_err(|error| Problem::bad_request(format!("The body is no UTF-8: {error}.")))?;
        Ok(text.to_owned())
    }

    fn body(&self) -> Result<&[u8], Problem> {
        match &self.request.body {
            Ok(body) => Ok(body),
            Err(problem) => Err(Problem::from(*problem)),
        }
    }

    fn media_type(&self) -> Option<&str> {
        let value = self.request.headers.get(CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').next().map(str::trim)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() {
            "The body does not fit"
        } else {
            "The body is no JSON"
        };
        Problem::bad_request(format!("{what}: {error}."))
    })
}
