//! Whatever is asked of machines, volumes and hosts, in whatever order and with whatever answers: nothing is counted
//! twice, and all comes to an end.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use proptest::prelude::*;
use uuid::Uuid;

use super::Kind;
use super::moody::Moody;
use super::whole::{assert_at_rest, assert_whole};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::{ClockMode, ClusterPlan, HostChange, HostSettings, TopologyPlan};
use crate::world::availability::{Behaviour, PROVIDER};
use crate::world::offerings::flavor::Flavor;
use crate::world::operations::Order;
use crate::world::operations::jobs::JobDraft;
use crate::world::operations::oracle::AllIsWell;
use crate::world::server::vm_snapshots::VmSnapshotDraft;
use crate::world::server::{Manager, State};
use crate::world::tests::{blueprint, draft};
use crate::world::topology::HostKey;
use crate::world::volume::{Stage, Status, Volume};
use crate::world::{Demand, Start, World};

const KINDS: &[Kind] = &[
    Kind::Start,
    Kind::Stop,
    Kind::ForcedStop,
    Kind::Reboot,
    Kind::HardReboot,
    Kind::Destroy,
    Kind::Delete,
    Kind::Rebuild,
    Kind::Migrate,
    Kind::Scale,
];

const CHANGES: &[HostChange] = &[
    HostChange::GoesDown,
    HostChange::ComesBack,
    HostChange::EntersMaintenance,
    HostChange::LeavesMaintenance,
];

/// What is done with a volume.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Create,
    Attach,
    Detach,
    Delete,
}

/// Volumes are attached oftener than taken away, so that machines have several.
const DEEDS: &[Deed] = &[
    Deed::Create,
    Deed::Create,
    Deed::Attach,
    Deed::Attach,
    Deed::Attach,
    Deed::Detach,
    Deed::Delete,
];

/// One thing that somebody asks for.
#[derive(Debug, Clone)]
enum Step {
    Deploy {
        manager: Manager,
        starts: bool,
        is_highly_available: bool,
    },
    Act {
        machine: usize,
        kind: Kind,
    },
    Snapshot {
        machine: usize,
        reverts: bool,
    },
    Store {
        volume: usize,
        machine: usize,
        deed: Deed,
    },
    Change {
        host: usize,
        change: HostChange,
    },
    Degrade {
        host: usize,
    },
    Behave {
        host: usize,
        can_fence: bool,
    },
    Pass {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let machine = 0..6usize;
    let host = 0..4usize;
    prop_oneof![
        3 => any::<(bool, bool)>().prop_map(|(starts, is_highly_available)| Step::Deploy {
            manager: Manager::CloudStack,
            starts: starts || is_highly_available,
            is_highly_available,
        }),
        1 => Just(Step::Deploy {
            manager: Manager::Nova,
            starts: true,
            is_highly_available: false,
        }),
        6 => (machine.clone(), prop::sample::select(KINDS))
            .prop_map(|(machine, kind)| Step::Act { machine, kind }),
        8 => (0..3usize, 0..2usize, prop::sample::select(DEEDS))
            .prop_map(|(volume, machine, deed)| Step::Store { volume, machine, deed }),
        1 => (machine, any::<bool>())
            .prop_map(|(machine, reverts)| Step::Snapshot { machine, reverts }),
        2 => (host.clone(), prop::sample::select(CHANGES))
            .prop_map(|(host, change)| Step::Change { host, change }),
        1 => host.clone().prop_map(|host| Step::Degrade { host }),
        1 => (host, any::<bool>()).prop_map(|(host, can_fence)| Step::Behave { host, can_fence }),
        4 => (0..200u64).prop_map(|seconds| Step::Pass { seconds }),
    ]
}

/// Two clusters of two hosts, each with room for a few machines.
fn world() -> World {
    let plan = || HostSettings {
        cpus: Some(8),
        memory: Some(2048),
        ..HostSettings::default()
    };
    let cluster = |names: [&str; 2]| ClusterPlan {
        hosts: names.map(|name| (name.into(), plan())).into(),
        ..ClusterPlan::default()
    };
    let mut topology = TopologyPlan::default_cloud();
    topology.zones[0].pods[0].clusters = [
        ("cluster-1".into(), cluster(["host-1", "host-2"])),
        ("cluster-2".into(), cluster(["host-3", "host-4"])),
    ]
    .into();
    let start = Start {
        seed: 1,
        clock: ClockMode::Frozen,
        at: DateTime::UNIX_EPOCH,
        real: Duration::ZERO,
    };
    World::new(&blueprint(), &topology, &start).expect("a world")
}

struct Story {
    world: World,
    oracle: Moody,
}

impl Story {
    fn host(&self, number: usize) -> HostKey {
        self.world.topology.hosts_in(&Scope::everywhere())[number]
    }

    fn machine(&self, number: usize) -> Option<Uuid> {
        self.world.servers().nth(number).map(|server| server.id)
    }

    /// One of the volumes that no machine began with.
    fn volume(&self, number: usize) -> Option<&Volume> {
        let mut volumes = self
            .world
            .storage
            .volumes
            .iter()
            .filter(|volume| !volume.is_root());
        volumes.nth(number)
    }

    fn follow(&mut self, operation: Option<Uuid>) {
        let Some(operation) = operation else {
            return;
        };
        let draft = JobDraft {
            command: AgentCommand::StartCommand.id(),
            user: self.world.accounts.user_named("demo"),
            account: None,
            thing: None,
            event: None,
        };
        self.world.follow(operation, draft);
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Deploy {
                manager,
                starts,
                is_highly_available,
            } => self.deploy(*manager, *starts, *is_highly_available),
            Step::Act { machine, kind } => {
                if let Some(id) = self.machine(*machine) {
                    self.act(id, *kind);
                }
            }
            Step::Snapshot { machine, reverts } => {
                if let Some(id) = self.machine(*machine) {
                    self.snapshot(id, *reverts);
                }
            }
            Step::Store {
                volume,
                machine,
                deed,
            } => self.store(*volume, *machine, *deed),
            Step::Change { host, change } => self.world.change_host(self.host(*host), *change),
            Step::Degrade { host } => self.world.degrade(self.host(*host)),
            Step::Behave { host, can_fence } => self.behave(self.host(*host), *can_fence),
            Step::Pass { seconds } => {
                self.world.tick(Duration::from_secs(*seconds));
                self.world.run_due(&[], &mut self.oracle);
            }
        }
    }

    fn deploy(&mut self, manager: Manager, starts: bool, is_highly_available: bool) {
        let mut draft = draft(&mut self.world, manager);
        draft.starts = starts;
        draft.spec.is_highly_available = is_highly_available;
        let host = self.world.place(&draft.scope, Demand::of_new(&draft.spec));
        let made = self.world.create_server(draft, host);
        let id = made.ok().and_then(|id| self.world.server(id));
        self.follow(id.and_then(|server| server.operation));
    }

    fn act(&mut self, id: Uuid, kind: Kind) {
        let server = self.world.server(id).expect("the machine").clone();
        // Of Nova's servers only the removal takes the place of what is being done to them.
        let is_busy = server.operation.is_some() && kind != Kind::Delete;
        if server.spec.manager == Manager::Nova && (is_busy || kind == Kind::Scale) {
            return;
        }
        let flavor = Arc::new(Flavor {
            memory: 512 + server.spec.flavor.memory % 1024,
            ..Flavor::clone(&server.spec.flavor)
        });
        let moves = matches!(kind, Kind::Migrate | Kind::Scale);
        let elsewhere = || {
            self.world
                .place_elsewhere(&Scope::everywhere(), &server, &flavor)
        };
        let host = if moves { elsewhere() } else { None };
        if kind == Kind::Migrate && (host.is_none() || server.host.is_none()) {
            return;
        }
        let user = server.spec.user.clone();
        let operation = self.world.begin(Order {
            flavor: (kind == Kind::Scale).then_some(flavor),
            ..Order::on_server(id, kind, user).at(host.filter(|_| server.host.is_some()))
        });
        self.follow(operation);
    }

    fn snapshot(&mut self, id: Uuid, reverts: bool) {
        let server = self.world.server(id).expect("the machine");
        if server.spec.manager == Manager::Nova {
            return;
        }
        let user = self.world.accounts.user_named("demo");
        let own = self.world.vm_snapshots().find(|it| it.server == id);
        let operation = match own.map(|own| own.id) {
            Some(own) if reverts => self.world.revert_to_vm_snapshot(own, user),
            Some(own) => self.world.delete_vm_snapshot(own, user),
            None => {
                let draft = VmSnapshotDraft {
                    name: None,
                    description: None,
                    has_memory: true,
                };
                let taken = self.world.take_vm_snapshot(id, draft, user);
                taken.map(|(_, operation)| operation)
            }
        };
        self.follow(operation);
    }

    fn store(&mut self, volume: usize, machine: usize, deed: Deed) {
        let user = self.world.accounts.user_named("demo");
        if let Deed::Create = deed {
            let project = self.world.accounts.project_named("demo");
            let draft = self.world.disk_draft("data".into(), (project, user), 1);
            self.world.add_disk(draft);
            return;
        }
        let Some(volume) = self.volume(volume) else {
            return;
        };
        let (id, status, stage) = (volume.id, volume.status, volume.stage());
        let holder = volume.attachments.first().and_then(|held| held.server);
        let operation = match (deed, status, holder) {
            (Deed::Attach, Status::Available, None) => self.attach(id, machine),
            (Deed::Detach, Status::InUse, Some(server)) => {
                let order = Order::on_server(server, Kind::DetachDisk, user);
                self.world.detach_volume(order, id)
            }
            (Deed::Delete, Status::Available, None) if stage == Stage::Allocated => {
                self.world.drop_volume(id);
                None
            }
            (Deed::Delete, Status::Available | Status::ErrorDeleting, None) => {
                self.world.delete_volume(id, user)
            }
            _ => None,
        };
        self.follow(operation);
    }

    /// Attaches a volume to a machine that nothing is done to.
    fn attach(&mut self, volume: Uuid, machine: usize) -> Option<Uuid> {
        let server = self.world.server(self.machine(machine)?)?;
        let is_idle = matches!(server.state, State::Active | State::Stopped);
        let (id, user) = (server.id, server.spec.user.clone());
        let device = self.world.free_disk_device(id);
        let is_free = is_idle && server.task.is_none();
        is_free
            .then(|| self.world.attach_disk(id, volume, device, user))
            .flatten()
    }

    fn behave(&mut self, host: HostKey, can_fence: bool) {
        self.world.configure_host_ha(host, PROVIDER);
        self.world.enable_host_ha(host, true);
        let behaviour = Behaviour {
            is_healthy: !can_fence,
            has_activity: false,
            can_recover: false,
            can_fence,
        };
        self.world.set_ha_behaviour(host, behaviour);
    }

    /// When nobody asks for anything any more, nothing is left to be done.
    fn check_end(&mut self) {
        for host in self.world.topology.hosts_in(&Scope::everywhere()) {
            self.world.change_host(host, HostChange::ComesBack);
            self.world.enable_host_ha(host, false);
        }
        self.world.tick(Duration::from_secs(86_400 / 2));
        self.world.run_due(&[], &mut AllIsWell);
        assert_at_rest(&self.world);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_counted_twice_and_all_comes_to_an_end(
        steps in prop::collection::vec(step(), 1..60),
        moods in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let mut story = Story {
            world: world(),
            oracle: Moody::new(moods),
        };
        for step in &steps {
            story.take(step);
            assert_whole(&story.world);
        }
        story.check_end();
    }
}
