//! What only CloudStack knows of an image, which it calls a template or an ISO.

use std::sync::Arc;

use uuid::Uuid;

use crate::world::World;
use crate::world::accounts::User;
use crate::world::images::image::{Image, ImageStatus};
use crate::world::operations::{Kind, Operation, Order, Thing};
use crate::world::words::words;

words! {
    /// What becomes of user data that a machine is given, where some is linked to its template.
    UserDataPolicy {
        AllowOverride = "ALLOWOVERRIDE",
        Append = "APPEND",
        DenyOverride = "DENYOVERRIDE",
    }
}

/// What only CloudStack knows of an image.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemplateDetails {
    pub display_text: Option<Arc<str>>,
    /// As the service writes it: `QCOW2`.
    pub format: Option<Arc<str>>,
    pub hypervisor: Option<Arc<str>>,
    pub os_type: Option<Uuid>,
    /// The zones that it is in; none where it is in all.
    pub zones: Vec<Uuid>,
    /// The zones that it is being copied to.
    pub coming: Vec<Uuid>,
    pub url: Option<Arc<str>>,
    pub checksum: Option<Arc<str>>,
    /// The word for what it is for; `USER` where nobody said.
    pub kind: Option<Arc<str>>,
    /// Hosts that it may run on have it.
    pub tag: Option<Arc<str>>,
    pub bits: Option<i64>,
    pub arch: Option<Arc<str>>,
    pub sort_key: i64,
    pub is_featured: bool,
    pub is_extractable: bool,
    pub is_bootable: bool,
    pub is_dynamically_scalable: bool,
    pub has_keys: bool,
    pub needs_hvm: bool,
    pub details: Vec<(Arc<str>, Arc<str>)>,
    /// The user data that is linked to it, and what becomes of a machine's own.
    pub user_data: Option<(Uuid, UserDataPolicy)>,
    /// Why it could not be brought.
    pub failure: Option<Arc<str>>,
}

/// The property that tells of a template that machines of it get a password.
const PASSWORD: &str = "password_enabled";

impl Image {
    /// What CloudStack calls an ISO: a machine has it in its drive.
    pub fn is_iso(&self) -> bool {
        self.disk_format.as_deref() == Some("iso")
    }

    /// Whether machines made of it get a password.
    pub fn gives_password(&self) -> bool {
        self.property(PASSWORD)
            .is_some_and(|value| **value == *"true")
    }

    pub fn set_gives_password(&mut self, gives: bool) {
        self.set_property(PASSWORD, if gives { "true" } else { "false" });
    }

    /// What only CloudStack knows of it, to be changed.
    pub fn template_mut(&mut self) -> &mut TemplateDetails {
        self.template.get_or_insert_default()
    }
}

/// In bytes: what CloudStack's simulator says of every template that it brings.
const SIZE: u64 = 100;

impl World {
    /// Adds a template and begins to bring its contents from afar.
    pub fn register_template(&mut self, image: Image, user: Arc<User>) -> Option<Uuid> {
        let id = image.id;
        self.add_image(image);
        self.do_to_template(id, Kind::FetchTemplate, user)
    }

    /// Begins to do something with a template.
    pub fn do_to_template(&mut self, id: Uuid, kind: Kind, user: Arc<User>) -> Option<Uuid> {
        let host = self.storage_keeper(None);
        self.begin(Order::new(Thing::Image(id), kind, user).at(host))
    }

    /// Begins to copy a template to other zones.
    pub fn copy_template(&mut self, id: Uuid, zones: Vec<Uuid>, user: Arc<User>) -> Option<Uuid> {
        self.image_mut(id)?.template_mut().coming = zones;
        self.do_to_template(id, Kind::CopyTemplate, user)
    }

    /// Adds a template and begins to copy a volume or a snapshot into it.
    pub fn make_template(&mut self, image: Image, of: Thing, user: Arc<User>) -> Option<Uuid> {
        let id = image.id;
        self.add_image(image);
        let volume = of
            .volume()
            .or_else(|| Some(self.snapshot(of.snapshot()?)?.volume));
        let host = volume
            .and_then(|volume| self.host_of_volume(volume))
            .or_else(|| self.storage_keeper(None));
        let order = Order::new(of, Kind::MakeTemplate, user).at(host);
        self.begin(order.with(Thing::Image(id)))
    }
}

/// What operations bring about.
impl World {
    pub(in crate::world) fn template_fetched(&mut self, operation: &Operation) {
        if let Thing::Image(id) = operation.on
            && let Some(image) = self.image_mut(id)
        {
            let size = image.size.unwrap_or(SIZE);
            image.pretend_data(size);
            image.template_mut().failure = None;
        }
    }

    pub(in crate::world) fn template_not_fetched(&mut self, operation: &Operation) {
        if let Thing::Image(id) = operation.on
            && let Some(image) = self.image_mut(id)
        {
            image.status = ImageStatus::Killed;
            image.template_mut().failure = Some("Failed to download".into());
        }
    }

    pub(in crate::world) fn template_made(&mut self, operation: &Operation) {
        let size = match operation.on {
            Thing::Snapshot(id) => self.snapshot(id).map(|snapshot| snapshot.size),
            on => on
                .volume()
                .and_then(|id| self.volume(id))
                .map(|volume| volume.size),
        };
        if let Some(Thing::Image(id)) = operation.with
            && let Some(image) = self.image_mut(id)
        {
            image.pretend_data(size.unwrap_or(0) << 30);
        }
    }

    pub(in crate::world) fn template_not_made(&mut self, operation: &Operation) {
        if let Some(Thing::Image(id)) = operation.with {
            self.remove_image(id);
        }
    }

    /// It is in the other zones as well; one that is in all stays so.
    pub(in crate::world) fn template_copied(&mut self, operation: &Operation) {
        if let Thing::Image(id) = operation.on
            && let Some(details) = self.image_mut(id).and_then(|image| image.template.as_mut())
        {
            let coming = std::mem::take(&mut details.coming);
            if !details.zones.is_empty() {
                details.zones.extend(coming);
                details.zones.sort_unstable();
                details.zones.dedup();
            }
        }
    }

    pub(in crate::world) fn template_deleted(&mut self, operation: &Operation) {
        if let Thing::Image(id) = operation.on {
            self.remove_image(id);
        }
    }
}
