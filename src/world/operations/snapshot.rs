//! Images made of servers: snapshots, backups, and what is kept of a shelved server.

use std::sync::Arc;

use uuid::Uuid;

use super::{Operation, Thing};
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::images::image::{Image, ImageStatus, Visibility};

impl World {
    /// Makes the record of an image of a server, whose data an operation brings later. `kind` is Glance's
    /// `image_type`: `snapshot` or `backup`. `None` when there is no such server.
    pub fn image_of_server(&mut self, server: Uuid, name: &str, kind: &str) -> Option<Arc<Image>> {
        let id = self.ids.uuid();
        let server = self.servers.get(server)?;
        let base = server.spec.image.as_ref();
        let project = id_text(server.spec.project.id);
        let mut image = Image {
            owner: Some(project.as_str().into()),
            visibility: Visibility::Private,
            disk_format: base.map_or(Some("raw".into()), |base| base.disk_format.clone()),
            container_format: Some("bare".into()),
            min_disk: server.spec.flavor.disk,
            min_ram: base.map_or(0, |base| base.min_ram),
            properties: base.map_or_else(Vec::new, |base| base.properties.clone()),
            ..Image::new(id, name, self.now)
        };
        for (name, value) in [
            ("image_type", kind.to_owned()),
            ("instance_uuid", server.id.to_string()),
            ("user_id", id_text(server.spec.user.id)),
            ("owner_id", project),
        ] {
            image.set_property(name, &value);
        }
        if let Some(base) = base {
            image.set_property("base_image_ref", &base.id.to_string());
        }
        Some(self.add_image(image))
    }

    /// The snapshot is complete. Of backups, those beyond the number that is kept go.
    pub(super) fn snapshot_taken(&mut self, operation: &Operation) {
        self.keep_snapshot(operation);
        if let Some(kept) = operation.rotation {
            self.rotate_backups(operation, kept);
        }
    }

    /// Gives an image of a server its data, which is as much as that of the image it was made from.
    pub(super) fn keep_snapshot(&mut self, operation: &Operation) {
        let Some(Thing::Image(id)) = operation.with else {
            return;
        };
        let server = operation.server().and_then(|id| self.server(id));
        let base = server.and_then(|server| server.spec.image.as_ref());
        let size = base.and_then(|base| base.size).unwrap_or_default();
        let now = self.now;
        if let Some(image) = self
            .image_mut(id)
            .filter(|image| image.status != ImageStatus::Active)
        {
            image.pretend_data(size);
            image.updated = now;
        }
    }

    /// Nova does not leave half an image behind.
    pub(super) fn snapshot_failed(&mut self, operation: &Operation) {
        if let Some(Thing::Image(id)) = operation.with {
            self.remove_image(id);
        }
    }

    fn rotate_backups(&mut self, operation: &Operation, kept: usize) {
        let Some(Thing::Image(newest)) = operation.with else {
            return;
        };
        let property = |image: &Image, name: &str| image.property(name).cloned();
        let series = |image: &Image| {
            let of = property(image, "instance_uuid");
            (
                of,
                property(image, "image_type"),
                property(image, "backup_type"),
            )
        };
        let Some(own) = self.image(newest).map(|image| series(image)) else {
            return;
        };
        let backups = self
            .images
            .iter()
            .rev()
            .filter(|image| series(image) == own);
        let too_old: Vec<Uuid> = backups.skip(kept).map(|image| image.id).collect();
        for id in too_old {
            self.remove_image(id);
        }
    }
}
