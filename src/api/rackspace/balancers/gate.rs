//! The one way into every operation: what is asked for is found and checked, and only then done.

use std::sync::Arc;

use super::super::{fault, unauthorized};
use super::row::{Needs, Row, Run, row_of};
use super::{Answer, Call, create};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::balancers::{Balancer, Change, Node, Settings, Status};

/// A request, checked.
pub(super) struct Ask<'a> {
    pub(super) call: &'a Call,
    pub(super) project: Arc<Project>,
    pub(super) user: Arc<User>,
    /// 0 where it is about no balancer.
    pub(super) balancer: u32,
    /// 0 where it is about no node.
    pub(super) node: u32,
    /// The objects of the body, as its form has them.
    pub(super) body: Vec<Settings>,
}

impl Ask<'_> {
    /// The one object of the body.
    pub(super) fn settings(&self) -> &Settings {
        static NONE: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(Settings::new);
        self.body.first().unwrap_or(&NONE)
    }

    /// The balancer that it is about.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn balancer<'w>(&self, world: &'w World) -> Result<&'w Balancer, Fault> {
        owned(world, &self.project, self.balancer).ok_or_else(no_balancer)
    }

    /// The number at a name of the path.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.call.path_param(name).parse().ok()
    }

    /// The ids of the query, each once.
    ///
    /// # Errors
    /// When there are none, or what are none.
    pub(super) fn ids(&self) -> Result<Vec<u32>, Fault> {
        let given = self.call.query.iter().filter(|(name, _)| name == "id");
        let ids: Option<Vec<u32>> = given.map(|(_, id)| id.parse().ok()).collect();
        let mut ids = ids.unwrap_or_default();
        if ids.is_empty() {
            return Err(Fault::bad_request(
                "Must supply one or more id's to process this request.",
            ));
        }
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(*id));
        Ok(ids)
    }
}

/// A balancer of the project's, which may be deleted.
pub(super) fn owned<'w>(world: &'w World, project: &Project, id: u32) -> Option<&'w Balancer> {
    let mut all = world.balancers.iter(world.now());
    all.find(|balancer| balancer.id == id && balancer.project.id == project.id)
}

fn no_balancer() -> Fault {
    Fault::not_found("Load balancer not found")
}

/// What a call acts on. All that can be said against it is said here, before the rules are asked.
pub(super) fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let (row, ask) = admit(world, call)?;
    match &row.run {
        Run::Create => {
            let draft = create::draft(world, &ask)?;
            return Ok(Landing::on_new_balancer(world, draft.balancer));
        }
        Run::Delete(which) => drop(which(world, &ask)?),
        Run::Change(_, change) => drop(try_change(world, &ask, *change)?),
        Run::Look(_) => {}
    }
    let node = (ask.node > 0).then_some(ask.node);
    Ok(match ask.balancer {
        0 => Landing::default(),
        id => Landing::on_balancer(world, id, node),
    })
}

/// Does what a call asks for.
pub(super) fn run(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    // Looked at anew: a delay may lie between, and what was there may be gone.
    let (row, ask) = admit(world, call)?;
    match &row.run {
        Run::Look(look) => look(world, &ask),
        Run::Change(kind, change) => {
            let (changed, answer) = try_change(world, &ask, *change)?;
            world.commit_balancer(changed, *kind, &ask.user);
            Ok(answer)
        }
        Run::Create => create::run(world, &ask, landing),
        Run::Delete(which) => {
            for id in which(world, &ask)? {
                world.delete_balancer(id, &ask.user);
            }
            Ok(super::accepted())
        }
    }
}

type MakeChange = fn(&World, &mut Change, &Ask<'_>) -> Result<Answer, Fault>;

/// Changes a copy.
fn try_change(world: &World, ask: &Ask<'_>, make: MakeChange) -> Result<(Change, Answer), Fault> {
    let mut change = world
        .change_balancer(ask.balancer)
        .ok_or_else(no_balancer)?;
    let answer = make(world, &mut change, ask)?;
    Ok((change, answer))
}

/// Checks a call, in the order of the service: what is wrong with the body, whether there is such a balancer,
/// whether its state allows it, whether there is such a node.
fn admit<'c>(world: &World, call: &'c Call) -> Result<(&'static Row, Ask<'c>), Fault> {
    let session = call.session.as_ref().ok_or_else(unauthorized)?;
    let project = session.project.as_ref().ok_or_else(unauthorized)?;
    let row = row_of(call.command);
    let mut ask = Ask {
        call,
        project: project.clone(),
        user: session.user.clone(),
        balancer: 0,
        node: 0,
        body: row.form.read(&call.body)?,
    };
    if call.path_param("balancer").is_empty() {
        return Ok((row, ask));
    }
    ask.balancer = ask.number("balancer").ok_or_else(no_object)?;
    if matches!(row.run, Run::Delete(_)) {
        // Which ids are good, and what is said of the others, is for the deletion itself.
        return Ok((row, ask));
    }
    let balancer = ask.balancer(world)?;
    check_status(balancer, &row.needs)?;
    if !call.path_param("node").is_empty() {
        ask.node = ask.number("node").ok_or_else(no_object)?;
        find_node(balancer, &ask)?;
    }
    Ok((row, ask))
}

/// What is said of ids that are no numbers.
fn no_object() -> Fault {
    Fault::not_found("")
}

fn find_node<'b>(balancer: &'b Balancer, ask: &Ask<'_>) -> Result<&'b Node, Fault> {
    let (id, balancer_id) = (ask.node, balancer.id);
    balancer.node(id).ok_or_else(|| {
        let is_change = matches!(
            ask.call.command.spec().short_name(),
            "update_node" | "delete_node"
        );
        Fault::not_found(match is_change {
            true => format!("Node with id #{id} not found for loadbalancer #{balancer_id}"),
            false => "Node not found".to_owned(),
        })
    })
}

fn check_status(balancer: &Balancer, needs: &Needs) -> Result<(), Fault> {
    let (id, status) = (balancer.id, balancer.status);
    let is_deleted = status == Status::Deleted;
    let is_active = status == Status::Active;
    let deleted = || Fault::conflict("The load balancer is deleted and considered immutable.");
    match needs {
        Needs::Nothing => Ok(()),
        Needs::Existence | Needs::Running(_) if is_deleted => Err(fault::gone()),
        Needs::Existence => Ok(()),
        Needs::Running(text) if !is_active => Err(Fault::conflict(*text)),
        Needs::Running(_) => Ok(()),
        Needs::Life | Needs::Active if is_deleted => Err(deleted()),
        Needs::Life => Ok(()),
        Needs::ActiveOr(text) if !is_active => Err(Fault::conflict(*text)),
        Needs::Active if !is_active => Err(Fault::conflict(format!(
            "Load Balancer '{id}' has a status of '{}' and is considered immutable.",
            status.word()
        ))),
        Needs::Active | Needs::ActiveOr(_) => Ok(()),
    }
}
