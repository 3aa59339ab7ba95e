//! What becomes of the things of accounts that are removed.

use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::User;
use crate::world::operations::{Kind, Order};
use crate::world::server::Power;

impl World {
    /// Removes all that a project has: at once, but for what hosts have to be told of.
    pub fn release_project(&mut self, project: Uuid, user: &Arc<User>) {
        self.release_servers(project, user);
        self.release_storage(project, user);
        self.release_networks(project);
        self.release_labels(project);
    }

    /// Stops all servers of a project that run; those that do not stop run on.
    pub fn stop_servers_of(&mut self, project: Uuid, user: &Arc<User>) {
        let own = self.servers_of(project);
        let running = own.filter(|server| server.power == Power::Running);
        let running: Vec<Uuid> = running.map(|server| server.id).collect();
        for server in running {
            self.begin(Order::on_server(server, Kind::Stop, user.clone()));
        }
    }

    fn release_servers(&mut self, project: Uuid, user: &Arc<User>) {
        let servers: Vec<Uuid> = self.servers_of(project).map(|server| server.id).collect();
        for server in servers {
            self.begin(Order::on_server(server, Kind::Delete, user.clone()));
        }
    }

    fn release_storage(&mut self, project: Uuid, user: &Arc<User>) {
        let snapshots = self.storage.snapshots.iter();
        let snapshots = snapshots.filter(|snapshot| snapshot.project.id == project);
        let snapshots: Vec<Uuid> = snapshots.map(|snapshot| snapshot.id).collect();
        for snapshot in snapshots {
            self.delete_snapshot(snapshot, user.clone());
        }
        let volumes = self.storage.volumes.iter();
        let volumes = volumes.filter(|volume| volume.project.id == project);
        let volumes: Vec<(Uuid, bool)> = volumes
            .map(|volume| (volume.id, volume.is_attached()))
            .collect();
        for (volume, is_attached) in volumes {
            match is_attached {
                true => self.drop_volume(volume),
                false => self.delete_volume_whole(volume, user.clone()),
            }
        }
        let owner = self.accounts.project(project).cloned();
        let images = self.images.iter();
        let images = images.filter(|image| owner.as_ref().is_some_and(|it| image.is_owned_by(it)));
        let images: Vec<Uuid> = images.map(|image| image.id).collect();
        for image in images {
            self.remove_image(image);
        }
    }

    fn release_networks(&mut self, project: Uuid) {
        let networking = &mut self.networking;
        let owned = |meta: &crate::world::network::Meta| meta.project == project;
        let networks = networking
            .networks
            .iter()
            .filter(|network| owned(&network.meta));
        let networks: Vec<Uuid> = networks.map(|network| network.meta.id).collect();
        let ports = networking.ports.iter();
        let ports = ports.filter(|port| owned(&port.meta) || networks.contains(&port.network));
        let ports: Vec<Uuid> = ports.map(|port| port.meta.id).collect();
        let floating = networking
            .floating_ips
            .iter()
            .filter(|floating| owned(&floating.meta));
        let floating: Vec<Uuid> = floating.map(|floating| floating.meta.id).collect();
        let routers = networking
            .routers
            .iter()
            .filter(|router| owned(&router.meta));
        let routers: Vec<Uuid> = routers.map(|router| router.meta.id).collect();
        floating
            .into_iter()
            .for_each(|id| networking.remove_floating_ip(id));
        for port in ports {
            networking.remove_port(port);
        }
        for router in routers {
            networking.routers.remove(router);
        }
        for network in networks {
            // Nothing is left in it that could stand against it.
            let _ = networking.remove_network(network);
        }
    }

    fn release_labels(&mut self, project: Uuid) {
        let groups = self
            .server_groups
            .iter()
            .filter(|group| group.project == project);
        let groups: Vec<Uuid> = groups.map(|group| group.id).collect();
        for group in groups {
            self.remove_server_group(group);
        }
        let data = self.user_data.iter().filter(|data| data.project == project);
        let data: Vec<Uuid> = data.map(|data| data.id).collect();
        for data in data {
            self.user_data.remove(data);
        }
        let users = self.accounts.users_of(project).map(|user| user.id);
        let users: Vec<Uuid> = users.chain([project]).collect();
        for user in users {
            let names: Vec<Arc<str>> = self
                .keypairs
                .of(user)
                .iter()
                .map(|it| it.name.clone())
                .collect();
            names
                .iter()
                .for_each(|name| self.keypairs.remove(user, name));
        }
    }

    /// Removes an account, or a team, whose things were released.
    ///
    /// # Errors
    /// When it is immutable, or projects stand below it.
    pub fn remove_owner(&mut self, id: Uuid) -> Result<(), Fault> {
        let Some(owner) = self.accounts.project(id).cloned() else {
            return Ok(());
        };
        self.release_dedications_to(id);
        match self.accounts.team(id) {
            Some(_) => self.accounts.remove_team(&owner),
            None => self.accounts.delete_account(&owner),
        }
    }
}
