//! Whatever clients ask for, in whatever order, while hosts fail, come and go: the world stays whole, all comes
//! to an end, and what is removed leaves nothing behind.

use std::sync::LazyLock;
use std::time::Duration;

use http::Method;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Cloud, content, request};
use crate::api::Dialect;
use crate::api::cloudstack::CloudStack;
use crate::api::cloudstack::entity::{Entity, HOST};
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::HostChange;
use crate::world::World;
use crate::world::network::Device;
use crate::world::network::guest::Purpose;
use crate::world::operations::oracle::{AllIsWell, Oracle};
use crate::world::operations::tests::moody::Moody;
use crate::world::operations::tests::whole::{assert_at_rest, assert_whole};

/// What is asked for, and how often: `name=value` is sent so, `name:Entity` names one of all that there are, and
/// a name alone stands for what the cloud had from its start.
const ASKED: &str = "
4 deployVirtualMachine serviceofferingid templateid zoneid networkids:Network
2 deployVirtualMachine serviceofferingid templateid zoneid projectid:Project
2 deployVirtualMachine serviceofferingid templateid zoneid account=ada domainid:Domain
1 deployVirtualMachine serviceofferingid templateid zoneid networkids:Network startvm=false
2 startVirtualMachine id:VirtualMachine
2 stopVirtualMachine id:VirtualMachine
1 stopVirtualMachine id:VirtualMachine forced=true
1 rebootVirtualMachine id:VirtualMachine
2 destroyVirtualMachine id:VirtualMachine
2 destroyVirtualMachine id:VirtualMachine expunge=true
1 recoverVirtualMachine id:VirtualMachine
1 expungeVirtualMachine id:VirtualMachine
2 migrateVirtualMachine virtualmachineid:VirtualMachine hostid:Host
1 restoreVirtualMachine virtualmachineid:VirtualMachine
1 scaleVirtualMachine id:VirtualMachine serviceofferingid:ServiceOffering
1 createVMSnapshot virtualmachineid:VirtualMachine
1 revertToVMSnapshot vmsnapshotid:VmSnapshot
1 deleteVMSnapshot vmsnapshotid:VmSnapshot
2 createVolume name=data diskofferingid:DiskOffering size=1 zoneid
1 createVolume name=data diskofferingid:DiskOffering size=1 zoneid projectid:Project
3 attachVolume id:Volume virtualmachineid:VirtualMachine
1 detachVolume id:Volume
1 deleteVolume id:Volume
1 resizeVolume id:Volume size=3
1 createSnapshot volumeid:Volume
1 deleteSnapshot id:Snapshot
1 createNetwork name=net networkofferingid zoneid
1 createNetwork name=net networkofferingid zoneid projectid:Project
1 deleteNetwork id:Network
1 restartNetwork id:Network cleanup=true
1 addNicToVirtualMachine virtualmachineid:VirtualMachine networkid:Network
1 removeNicFromVirtualMachine virtualmachineid:VirtualMachine nicid:Nic
3 associateIpAddress networkid:Network
1 disassociateIpAddress id:PublicIp
2 createPortForwardingRule ipaddressid:PublicIp virtualmachineid:VirtualMachine protocol=tcp publicport=80 privateport=80
1 deletePortForwardingRule id:PortForwardingRule
1 createFirewallRule ipaddressid:PublicIp protocol=tcp
1 deleteFirewallRule id:FirewallRule
1 createLoadBalancerRule publicipid:PublicIp name=web algorithm=source publicport=81 privateport=81
2 assignToLoadBalancerRule id:LoadBalancerRule virtualmachineids:VirtualMachine
1 removeFromLoadBalancerRule id:LoadBalancerRule virtualmachineids:VirtualMachine
1 deleteLoadBalancerRule id:LoadBalancerRule
1 enableStaticNat ipaddressid:PublicIp virtualmachineid:VirtualMachine
1 disableStaticNat ipaddressid:PublicIp
1 stopRouter id:Router
1 startRouter id:Router
1 destroyRouter id:Router
2 prepareHostForMaintenance id:Host
2 cancelHostMaintenance id:Host
1 createProject name=ours displaytext=Ours
1 deleteProject id:Project cleanup=true
1 createAccount username=ada password=p email=a@b firstname=Ada lastname=Byron accounttype=0
1 deleteAccount id:Account
";

/// What is sent for a parameter.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Said(&'static str),
    One(Entity),
    Usual,
}

/// A command, and what is sent with it.
type Asked = (&'static str, Vec<(&'static str, Sent)>);

/// Each as often as it is asked for.
static COMMANDS: LazyLock<Vec<Asked>> = LazyLock::new(|| {
    let lines = ASKED.lines().filter(|line| !line.is_empty());
    let often = lines.flat_map(|line| {
        let (times, line) = line.split_once(' ').expect("a number");
        let mut words = line.split(' ');
        let name = words.next().expect("a command");
        let asked = (name, words.map(parameter).collect());
        vec![asked; times.parse().expect("a number")]
    });
    often.collect()
});

fn parameter(word: &'static str) -> (&'static str, Sent) {
    match (word.split_once('='), word.split_once(':')) {
        (Some((name, value)), _) => (name, Sent::Said(value)),
        (None, Some((name, entity))) => (name, Sent::One(Entity::named(entity).expect(entity))),
        (None, None) => (word, Sent::Usual),
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Which command, and which of the things.
    Ask(usize, Vec<usize>),
    Change(usize, HostChange),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let command = 0..COMMANDS.len();
    let picks = prop::collection::vec(0..12usize, 4);
    let changes = vec![HostChange::GoesDown, HostChange::ComesBack];
    prop_oneof![
        12 => (command, picks).prop_map(|(command, picks)| Step::Ask(command, picks)),
        1 => (0..2usize, prop::sample::select(changes))
            .prop_map(|(host, change)| Step::Change(host, change)),
        4 => (0..300u64).prop_map(Step::Pass),
    ]
}

/// A cloud with an account and a project beside the usual ones, and a network of its own.
static START: LazyLock<(World, Vec<(&'static str, String)>)> = LazyLock::new(|| {
    let mut cloud = Cloud::new();
    let mut usual: Vec<_> = cloud.deploy_params().into();
    let offering = "DefaultIsolatedNetworkOfferingWithSourceNatService";
    usual.push(("networkofferingid", cloud.network_offering(offering)));
    cloud.network_as("admin", offering, &[]);
    cloud.account("ada", "0", &[]);
    cloud.finish(
        "createProject",
        &[("name", "ours"), ("displaytext", "Ours")],
    );
    (cloud.world, usual)
});

struct Story {
    world: World,
    oracle: Moody,
}

impl Story {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Ask(command, picks) => {
                let (command, params) = &COMMANDS[*command];
                let picked = params.iter().zip(picks.iter().cycle());
                let sent = picked.map(|((name, sent), pick)| {
                    let value = self.value(name, *sent, *pick);
                    value.map(|value| (*name, value))
                });
                if let Some(sent) = sent.collect::<Option<Vec<_>>>() {
                    ask(&mut self.world, command, &sent, &mut self.oracle);
                }
            }
            Step::Change(host, change) => {
                let host = self.world.topology.hosts_in(&Scope::everywhere())[*host];
                self.world.change_host(host, *change);
            }
            Step::Pass(seconds) => {
                self.world.tick(Duration::from_secs(*seconds));
                self.world.run_due(&[], &mut self.oracle);
            }
        }
    }

    fn value(&self, name: &str, sent: Sent, pick: usize) -> Option<String> {
        match sent {
            Sent::Said(text) => Some(text.to_owned()),
            Sent::Usual => {
                let usual = START.1.iter().find(|(known, _)| *known == name);
                usual.map(|(_, id)| id.clone())
            }
            Sent::One(entity) => {
                let things = things(&self.world, entity);
                let thing = things.get(pick % things.len().max(1));
                thing.map(Uuid::to_string)
            }
        }
    }

    /// Nobody asks for anything any more, and all hosts are well.
    fn rest(&mut self) {
        for host in self.world.topology.hosts_in(&Scope::everywhere()) {
            self.world.change_host(host, HostChange::ComesBack);
        }
        self.pass_days();
        assert_at_rest(&self.world);
    }

    fn pass_days(&mut self) {
        self.world.tick(Duration::from_secs(3 * 86_400));
        self.world.run_due(&[], &mut AllIsWell);
    }

    /// All that can be removed goes.
    fn clear(&mut self) {
        let expunge = ("expunge", "true".to_owned());
        for (command, entity, more) in [
            (
                "destroyVirtualMachine",
                Entity::VirtualMachine,
                Some(expunge),
            ),
            ("deleteSnapshot", Entity::Snapshot, None),
            ("deleteVolume", Entity::Volume, None),
            ("deleteLoadBalancerRule", Entity::LoadBalancerRule, None),
            ("disassociateIpAddress", Entity::PublicIp, None),
            ("deleteNetwork", Entity::Network, None),
        ] {
            for id in things(&self.world, entity) {
                let sent = [("id", id.to_string())].into_iter().chain(more.clone());
                ask(
                    &mut self.world,
                    command,
                    &sent.collect::<Vec<_>>(),
                    &mut AllIsWell,
                );
            }
            self.pass_days();
        }
        self.delete_old_roots();
        assert_at_rest(&self.world);
        self.assert_empty();
    }

    /// What machines had before they were made anew goes too.
    fn delete_old_roots(&mut self) {
        let volumes = self.world.storage.volumes.iter();
        let old: Vec<Uuid> = volumes
            .filter(|it| it.is_root() && it.attachments.is_empty())
            .map(|it| it.id)
            .collect();
        for id in old {
            let sent = [("id", id.to_string())];
            ask(&mut self.world, "deleteVolume", &sent, &mut AllIsWell);
        }
        self.pass_days();
    }

    fn assert_empty(&self) {
        let world = &self.world;
        let left: Vec<&str> = world.servers().map(|it| &*it.spec.name).collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(world.storage.volumes.iter().count(), 0);
        assert_eq!(world.storage.snapshots.iter().count(), 0);
        assert_eq!(world.networking.guests.rules.iter().count(), 0);
        for (_, host) in world.topology.hosts() {
            assert_eq!((host.used_cpus, host.used_memory), (0, 0));
        }
        // Of networks, cards and addresses only those stay that the cloud had from its start.
        let networking = &world.networking;
        let mut networks = networking.networks.iter();
        assert!(networks.all(|network| network.meta.is_given));
        for card in networking.ports.iter() {
            assert!(!matches!(card.device, Device::Server(_)), "{card:?}");
        }
        for public in networking.public_addresses() {
            let router = public.source_nat_of.expect("a router");
            assert!(networking.routers.get(router).is_some(), "{public:?}");
        }
    }
}

/// Sends a request of somebody who may do anything.
fn ask(world: &mut World, command: &str, params: &[(&str, String)], oracle: &mut dyn Oracle) {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("command", command), ("response", "json")])
        .extend_pairs(params)
        .finish();
    let mut request = request(Method::GET, &query, "");
    request.is_trusted = true;
    let mut call = match CloudStack.recognise(request) {
        Ok(call) => call,
        Err(reply) => panic!("{command}: {}", content(&reply)),
    };
    call.id = world.ids.uuid();
    let answer = CloudStack
        .authenticate(world, &mut call)
        .and_then(|()| (call.operation.land)(world, &call))
        .and_then(|landing| (call.operation.run)(world, &call, landing));
    world.run_due(&[], oracle);
    let text = answer.err().map_or(String::new(), |fault| fault.message);
    let is_understood = !text.starts_with("Unable to execute API command");
    assert!(is_understood, "{text}");
}

/// All that there is of a kind, in the world's order.
fn things(world: &World, entity: Entity) -> Vec<Uuid> {
    let networking = &world.networking;
    let rules = |purpose: Purpose| {
        let rules = networking.guests.rules.iter();
        let rules = rules.filter(|rule| rule.purpose == purpose);
        rules.map(|rule| rule.id).collect()
    };
    match entity {
        Entity::Account => {
            let accounts = world.accounts.accounts().filter(|it| &*it.name == "ada");
            accounts.map(|account| account.id).collect()
        }
        Entity::DiskOffering => world.disk_offerings.iter().map(|it| it.id).collect(),
        Entity::Domain => world.accounts.domains().map(|it| it.id).take(1).collect(),
        Entity::FirewallRule => rules(Purpose::Firewall),
        Entity::LoadBalancerRule => rules(Purpose::LoadBalancing),
        Entity::Network => {
            let networks = networking.networks.iter().filter(|it| !it.is_external);
            networks.map(|network| network.meta.id).collect()
        }
        Entity::Nic => {
            let cards = world
                .servers()
                .flat_map(|server| networking.nics_of(server.id));
            cards.map(|card| card.meta.id).collect()
        }
        Entity::PortForwardingRule => rules(Purpose::PortForwarding),
        Entity::Project => world.accounts.teams().map(|team| team.id).collect(),
        Entity::PublicIp => networking.public_addresses().map(|it| it.id).collect(),
        Entity::Router => {
            let routers = world.appliances().filter(|it| it.role.is_router());
            routers.map(|router| router.id).collect()
        }
        Entity::ServiceOffering => world.flavors.iter().map(|it| it.uuid).collect(),
        Entity::Snapshot => world.storage.snapshots.iter().map(|it| it.id).collect(),
        Entity::VirtualMachine => world.servers().map(|server| server.id).collect(),
        Entity::VmSnapshot => world.vm_snapshots().map(|it| it.id).collect(),
        Entity::Volume => {
            let volumes = world.storage.volumes.iter().filter(|it| !it.is_root());
            volumes.map(|volume| volume.id).collect()
        }
        HOST => world.topology.hosts().map(|(_, host)| host.id).collect(),
        other => panic!("nobody asks for {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_asked_the_world_stays_whole_and_comes_to_rest(
        steps in prop::collection::vec(step(), 1..60),
        moods in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let mut story = Story {
            world: START.0.clone(),
            oracle: Moody::new(moods),
        };
        for step in &steps {
            story.take(step);
            assert_whole(&story.world);
        }
        story.rest();
        story.clear();
    }
}
