//! What exists at the start of a world.

use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::plan::{
    Given, GivenFlavor, GivenImage, GivenServer, GivenUser, GivenVolume,
};
use crate::world::images::image::Image;
use crate::world::network::NicRequest;
use crate::world::offerings::flavor::Flavor;
use crate::world::server::{Draft, Manager, Power, STATUSES, Specification, State};
use crate::world::start::blueprint::{AccountPlan, FlavorPlan, ImagePlan};
use crate::world::volume::{Origin, RootSource, Status, VolumeDraft, VolumeType};
use crate::world::{Demand, World};

impl World {
    /// Makes what is given and does not exist yet; what was given before stays as it has become.
    ///
    /// # Errors
    /// When something cannot be: a server that no host has room for, a flavor or image that there is not.
    pub fn provide(&mut self, givens: &[Given]) -> Result<(), Fault> {
        for given in givens {
            if self.givens.contains(given) || !self.is_given(given) {
                continue;
            }
            match given {
                Given::Flavor(plan) => self.give_flavors(plan),
                Given::Image(plan) => self.give_images(plan),
                Given::User(plan) => self.give_users(plan),
                Given::Server(plan) => self.give_servers(plan)?,
                Given::Volume(plan) => self.give_volumes(plan)?,
                Given::Balancer(plan) => self.give_balancers(plan),
            }
            self.givens.push(given.clone());
        }
        Ok(())
    }

    /// Whether it is this region that something is given to. What everybody finds in a cloud is in each; of the
    /// rest, what names no place of another region is in the default one.
    fn is_given(&self, given: &Given) -> bool {
        match given {
            Given::Flavor(_) | Given::Image(_) => true,
            Given::User(_) | Given::Volume(_) | Given::Balancer(_) => {
                self.region() == self.default_region()
            }
            Given::Server(plan) => *self.region() == self.region_of(&plan.scope),
        }
    }

    fn give_flavors(&mut self, plan: &GivenFlavor) {
        for name in names(&plan.name, plan.count) {
            let id = plan.id.as_deref().unwrap_or(&name).to_owned();
            self.flavors.push(Arc::new(Flavor::new(&FlavorPlan {
                id,
                name,
                cpus: plan.cpus.unwrap_or(1),
                memory: plan.memory.unwrap_or(512),
                disk: plan.disk.unwrap_or(1),
                ..FlavorPlan::default()
            })));
        }
    }

    fn give_images(&mut self, plan: &GivenImage) {
        for name in names(&plan.name, plan.count) {
            let id = plan.id.as_deref().and_then(|id| id.parse().ok());
            let plan = ImagePlan {
                name,
                id,
                ..ImagePlan::default()
            };
            let image = Image::offered(&plan, self.now);
            self.add_image(image);
        }
    }

    fn give_users(&mut self, plan: &GivenUser) {
        for user in names(&plan.name, plan.count) {
            self.accounts.declare(&AccountPlan {
                user,
                password: plan.password.as_deref().map(str::to_owned),
                project: plan.tenant.as_deref().map(str::to_owned),
                admin: plan.admin,
                api_key: None,
                secret_key: None,
            });
        }
    }

    fn give_servers(&mut self, plan: &GivenServer) -> Result<(), Fault> {
        let what =
            |text: String| Fault::bad_request(format!("given server \"{}\": {text}", plan.name));
        let flavor = match &plan.flavor {
            Some(wanted) => self.flavor(wanted).cloned(),
            None => self.flavors.first().cloned(),
        };
        let flavor = flavor.ok_or_else(|| what("there is no such flavor".to_owned()))?;
        let image = match &plan.image {
            Some(wanted) => Some(
                self.image_named(wanted)
                    .ok_or_else(|| what(format!("there is no image \"{wanted}\"")))?,
            ),
            None => self.images.first().cloned(),
        };
        let tenant = plan.tenant.as_deref().unwrap_or("admin");
        let (project, user) = (
            self.accounts.project_named(tenant),
            self.accounts.user_named(tenant),
        );
        for name in names(&plan.name, plan.count) {
            let owner = (project.clone(), user.clone());
            let draft = Draft {
                spec: Specification {
                    image: image.clone(),
                    metadata: plan.metadata.clone(),
                    ..Specification::new(name.into(), owner, flavor.clone(), Manager::Nova)
                },
                nics: self.usual_nics(project.id),
                security_groups: Vec::new(),
                root: RootSource::Template,
                scope: plan.scope.clone(),
                starts: true,
            };
            self.give_server(draft, plan.status.as_deref().unwrap_or("ACTIVE"))?;
        }
        Ok(())
    }

    /// Puts a server there as it is to be, without a command to any host.
    fn give_server(&mut self, draft: Draft, status: &str) -> Result<(), Fault> {
        let host = self.place(&draft.scope, Demand::of_new(&draft.spec));
        let (_, state, power) = STATUSES
            .iter()
            .find(|(known, ..)| *known == status)
            .ok_or_else(|| Fault::bad_request(format!("there is no status \"{status}\"")))?;
        if host.is_none() {
            let message = format!(
                "given server \"{}\": no host has room for it",
                draft.spec.name
            );
            return Err(Fault::new(FaultKind::NoCapacity, message));
        }
        let id = self.ids.uuid();
        self.plug_draft(id, &draft).map_err(|fault| Fault {
            message: format!("given server \"{}\": {}", draft.spec.name, fault.message),
            ..fault
        })?;
        let mut server = self.new_server(id, draft);
        (server.state, server.power, server.is_given) = (*state, *power, true);
        server.launched = (*state != State::Building && *power != Power::None).then_some(self.now);
        self.add_server(server);
        self.give_root_disk(id, RootSource::Template);
        self.settle_on(id, host);
        Ok(())
    }

    /// A card in each usual network; without such, in the first that a project can use, if there is one.
    pub fn usual_nics(&self, project: Uuid) -> Vec<NicRequest> {
        let usual = self.networking.usual_nics();
        if !usual.is_empty() {
            return usual;
        }
        let network = self.networking.usable_by(project).next();
        let nic = network.map(|network| NicRequest::in_network(network.meta.id));
        nic.into_iter().collect()
    }

    fn give_volumes(&mut self, plan: &GivenVolume) -> Result<(), Fault> {
        let tenant = plan.tenant.as_deref().unwrap_or("admin");
        let word = plan.status.as_deref().unwrap_or("available");
        let unknown = || Fault::bad_request(format!("there is no status \"{word}\""));
        let status = Status::of_word(word).ok_or_else(unknown)?;
        let kind = self.storage.usual_type().cloned();
        let zone = self.topology.zones().next();
        let draft = VolumeDraft {
            name: "".into(),
            description: None,
            project: self.accounts.project_named(tenant),
            user: self.accounts.user_named(tenant),
            size: plan.size.unwrap_or(1),
            kind: kind.unwrap_or_else(|| Arc::new(VolumeType::usual(self.now))),
            zone: zone.map_or_else(|| "nova".into(), |zone| zone.name.clone()),
            origin: Origin::Nothing,
            is_bootable: false,
            metadata: plan.metadata.clone(),
            image_metadata: Vec::new(),
            disk: None,
        };
        for name in names(&plan.name, plan.count) {
            let id = self.ids.uuid();
            let mut volume = self.new_volume(
                id,
                VolumeDraft {
                    name: name.into(),
                    ..draft.clone()
                },
            );
            (volume.status, volume.previous, volume.is_given) = (status, status, true);
            self.storage.volumes.insert(id, volume);
        }
        Ok(())
    }

    fn image_named(&self, wanted: &str) -> Option<Arc<Image>> {
        let named = |image: &&Arc<Image>| *image.name == *wanted || image.id.to_string() == wanted;
        self.images.iter().find(named).cloned()
    }
}

/// `web-{n}` three times: `web-1`, `web-2`, `web-3`.
pub(in crate::world) fn names(pattern: &str, count: u64) -> impl Iterator<Item = String> {
    (1..=count).map(move |n| pattern.replace("{n}", &n.to_string()))
}
