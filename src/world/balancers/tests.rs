//! What becomes of balancers, told to the world itself.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Balancer, Change, Numbered, Status};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::fact::{FactPath, Facts, Subject};
use crate::vocabulary::outcome::{Decision, Outcome};
use crate::vocabulary::place::{Level, Scope, Selector};
use crate::vocabulary::plan::{
    Act, ClockMode, Given, GivenBalancer, HostChange, TimedAct, TopologyPlan,
};
use crate::world::accounts::{Project, User};
use crate::world::operations::Kind;
use crate::world::operations::oracle::{AgentCall, AllIsWell};
use crate::world::tests::blueprint;
use crate::world::{Oracle, Start, World};

fn world() -> World {
    let start = Start {
        seed: 1,
        clock: ClockMode::Frozen,
        at: DateTime::UNIX_EPOCH,
        real: Duration::ZERO,
    };
    World::new(&blueprint(), &TopologyPlan::default_cloud(), &start).expect("a world")
}

/// Writes down what is asked of whom, and says no to one command.
#[derive(Default)]
struct Listener {
    heard: Vec<String>,
    refused: Option<AgentCommand>,
}

impl Oracle for Listener {
    fn ask(&mut self, call: &AgentCall<'_>, _: DateTime<Utc>) -> Decision {
        let status = FactPath::Of(Subject::Balancer, vec!["status".into()]);
        let status = call.get(&status).expect("it is about a balancer");
        let (command, host) = (call.command.id(), &call.host.name);
        self.heard.push(format!("{command} {host} {status}"));
        let refusal = Outcome::Fail {
            status: None,
            text: None,
        };
        match self.refused == Some(call.command) {
            true => Decision {
                outcome: refusal,
                ..Decision::success()
            },
            false => Decision::success(),
        }
    }
}

fn owner(world: &mut World) -> (Arc<Project>, Arc<User>) {
    (
        world.accounts.project_named("demo"),
        world.accounts.user_named("demo"),
    )
}

/// Asks for a balancer; what comes of it, the next events tell.
fn create(world: &mut World, name: &str) -> u32 {
    let owner = owner(world);
    let mut change = Change {
        balancer: Balancer::new(
            owner.clone(),
            world.place_balancer(),
            ("HTTP", 80),
            world.now(),
        ),
        numbers: world.balancers.numbers.clone(),
        now: world.now(),
    };
    let id = change.numbers.next(Numbered::Balancer);
    (change.balancer.id, change.balancer.name) = (id, name.into());
    world.create_balancer(change.balancer, change.numbers, &owner.1);
    id
}

fn status(world: &World, id: u32) -> Status {
    world.balancers.get(id).expect("a balancer").status
}

#[test]
fn each_command_goes_to_the_host_that_carries_the_balancer() {
    let mut world = world();
    let mut listener = Listener::default();
    let (first, second) = (create(&mut world, "a"), create(&mut world, "b"));
    world.run_due(&[], &mut listener);
    let user = owner(&mut world).1;
    for kind in [
        Kind::UpdateBalancer,
        Kind::AddNodes,
        Kind::ChangeNodes,
        Kind::RemoveNodes,
    ] {
        let change = world.change_balancer(second).expect("a balancer");
        world.commit_balancer(change, Some(kind), &user);
        assert_eq!(status(&world, second), Status::PendingUpdate);
        world.run_due(&[], &mut listener);
        assert_eq!(status(&world, second), Status::Active);
    }
    world.delete_balancer(second, &user);
    world.run_due(&[], &mut listener);
    assert_eq!(
        listener.heard,
        [
            "CreateLoadBalancerCommand host-1 BUILD",
            "CreateLoadBalancerCommand host-2 BUILD",
            "UpdateLoadBalancerCommand host-2 PENDING_UPDATE",
            "CreateLoadBalancerNodeCommand host-2 PENDING_UPDATE",
            "UpdateLoadBalancerNodeCommand host-2 PENDING_UPDATE",
            "DeleteLoadBalancerNodeCommand host-2 PENDING_UPDATE",
            "DeleteLoadBalancerCommand host-2 PENDING_DELETE",
        ]
    );
    assert_eq!(
        (status(&world, first), status(&world, second)),
        (Status::Active, Status::Deleted)
    );
}

#[test]
fn every_refusal_ends_in_error() {
    let changes = [
        (
            Kind::UpdateBalancer,
            AgentCommand::UpdateLoadBalancerCommand,
        ),
        (Kind::AddNodes, AgentCommand::CreateLoadBalancerNodeCommand),
        (
            Kind::ChangeNodes,
            AgentCommand::UpdateLoadBalancerNodeCommand,
        ),
        (
            Kind::RemoveNodes,
            AgentCommand::DeleteLoadBalancerNodeCommand,
        ),
        (
            Kind::DeleteBalancer,
            AgentCommand::DeleteLoadBalancerCommand,
        ),
        (
            Kind::CreateBalancer,
            AgentCommand::CreateLoadBalancerCommand,
        ),
    ];
    for (kind, refused) in changes {
        let mut world = world();
        let mut listener = Listener {
            refused: Some(refused),
            ..Listener::default()
        };
        let id = create(&mut world, "a");
        world.run_due(&[], &mut listener);
        let user = owner(&mut world).1;
        match kind {
            Kind::CreateBalancer => {}
            Kind::DeleteBalancer => world.delete_balancer(id, &user),
            kind => {
                let change = world.change_balancer(id).expect("a balancer");
                world.commit_balancer(change, Some(kind), &user);
            }
        }
        world.run_due(&[], &mut listener);
        assert_eq!(status(&world, id), Status::Error, "{kind:?}");
    }
}

#[test]
fn a_host_that_is_down_answers_nothing() {
    let mut world = world();
    let id = create(&mut world, "a");
    world.run_due(&[], &mut AllIsWell);
    let host_1 = Scope::everywhere().with(Level::Host, Selector::Name("host-1".into()));
    world.act(&Act::Hosts(host_1, HostChange::GoesDown));
    let user = owner(&mut world).1;
    let change = world.change_balancer(id).expect("a balancer");
    world.commit_balancer(change, Some(Kind::UpdateBalancer), &user);
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(status(&world, id), Status::Error);
    let other = create(&mut world, "b");
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(status(&world, other), Status::Active);
}

#[test]
fn what_is_given_is_there_and_need_not_be_removed() {
    let mut world = world();
    let given = GivenBalancer {
        name: "lb-{n}".into(),
        count: 2,
        status: Some("SUSPENDED".into()),
        protocol: Some("HTTPS".into()),
        nodes: vec!["10.1.1.1:443".parse().expect("an address")],
        metadata: vec![("role".into(), "db".into())],
        ..GivenBalancer::default()
    };
    let givens = [Given::Balancer(given)];
    world.provide(&givens).expect("they can be");
    world.provide(&givens).expect("they are there");
    let shown: Vec<_> = world
        .balancers
        .living()
        .map(|balancer| (balancer.id, &*balancer.name, balancer.port, balancer.status))
        .collect();
    assert_eq!(
        shown,
        [
            (1, "lb-1", 443, Status::Suspended),
            (2, "lb-2", 443, Status::Suspended)
        ]
    );
    assert_eq!(world.balancers.get(2).expect("one").nodes[0].id, 2);
    assert_eq!(world.left_over(), Vec::<String>::new());
}

#[test]
fn a_timeline_puts_balancers_into_states() {
    let mut world = world();
    let id = create(&mut world, "shop");
    let act = TimedAct {
        at: Duration::from_secs(30),
        act: Act::Balancer {
            name: "shop".into(),
            status: "ERROR".into(),
        },
        scenario: None,
    };
    let timeline = [act];
    world.run_due(&timeline, &mut AllIsWell);
    assert_eq!(status(&world, id), Status::Active);
    world.tick(Duration::from_secs(30));
    world.run_due(&timeline, &mut AllIsWell);
    assert_eq!(status(&world, id), Status::Error);
    assert_eq!(world.left_over(), ["load balancer \"shop\""]);
}
