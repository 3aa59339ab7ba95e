//! What is known beside the servers, of their owners and their order, agrees with a walk through them all.

use proptest::prelude::*;
use uuid::Uuid;

use super::{Manager, Server};
use crate::world::limits::holdings::{Held, Owner};
use crate::world::limits::quotas::Usage;
use crate::world::operations::oracle::AllIsWell;
use crate::world::operations::{Kind, Order};
use crate::world::tests::{draft, world};
use crate::world::{Demand, World};

const PROJECTS: [&str; 3] = ["demo", "shop", "bank"];
const USERS: [&str; 2] = ["ann", "bob"];

/// What happens to the cloud; numbers choose among the projects, users and servers.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Create {
        project: usize,
        user: usize,
    },
    Begin(Kind, usize),
    /// Lets happen what is under way.
    Wait,
}

fn deed() -> impl Strategy<Value = Deed> {
    let kind = prop::sample::select(vec![
        Kind::Delete,
        Kind::Destroy,
        Kind::Restore,
        Kind::Stop,
        Kind::Shelve,
    ]);
    prop_oneof![
        4 => (0..PROJECTS.len(), 0..USERS.len())
            .prop_map(|(project, user)| Deed::Create { project, user }),
        3 => (kind, 0..8_usize).prop_map(|(kind, at)| Deed::Begin(kind, at)),
        2 => Just(Deed::Wait),
    ]
}

fn apply(world: &mut World, deed: Deed) {
    match deed {
        Deed::Create { project, user } => create(world, PROJECTS[project], USERS[user]),
        Deed::Begin(kind, at) => {
            let chosen = world.servers().nth(at).map(|server| server.id);
            if let Some(id) = chosen {
                let user = world.accounts.user_named("admin");
                // What cannot be done is refused, which is as good here.
                let _ = world.begin(Order::on_server(id, kind, user));
            }
        }
        Deed::Wait => world.run_due(&[], &mut AllIsWell),
    }
}

fn create(world: &mut World, project: &str, user: &str) {
    let mut draft = draft(world, Manager::Nova);
    draft.spec.project = world.accounts.project_named(project);
    draft.spec.user = world.accounts.user_named(user);
    let host = world.place(&draft.scope, Demand::of_new(&draft.spec));
    world.create_server(draft, host).expect("a server");
}

/// What a walk through all servers finds of somebody's.
fn walk(world: &World, owner: Owner) -> Vec<&Server> {
    let is_theirs = |server: &&Server| {
        let by = server.owned_by();
        by.project == owner.project && (owner.user.is_none() || by.user == owner.user)
    };
    world.servers().filter(is_theirs).collect()
}

fn assert_agrees(world: &World, owner: Owner) {
    let mut walked = Usage::default();
    for server in walk(world, owner) {
        walked += server.share();
    }
    assert_eq!(world.usage(owner), walked);
}

fn ids<'a>(servers: impl IntoIterator<Item = &'a Server>) -> Vec<Uuid> {
    servers.into_iter().map(|server| server.id).collect()
}

proptest! {
    #[test]
    fn usage_and_order_are_those_of_a_walk(deeds in prop::collection::vec(deed(), 0..40)) {
        let mut world = world();
        for deed in deeds {
            apply(&mut world, deed);
            for project in PROJECTS {
                let project = world.accounts.project_named(project).id;
                let whole = Owner::project(project);
                assert_agrees(&world, whole);
                for user in USERS {
                    let user = world.accounts.user_named(user).id;
                    assert_agrees(&world, Owner::user(project, user));
                }
                prop_assert_eq!(ids(world.servers_of(project)), ids(walk(&world, whole)));
            }
        }
    }
}
