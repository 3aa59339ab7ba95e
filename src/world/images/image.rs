//! Images, which CloudStack calls templates: what servers and volumes begin as.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::accounts::{id_text, project_id, write_id};
use crate::world::ids;
use crate::world::images::template::TemplateDetails;
use crate::world::operations::Acted;
use crate::world::server::Manager;
use crate::world::start::blueprint::{ImagePlan, texts};
use crate::world::words::words;

/// An image. What holds one keeps it as it was: a change makes another.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    pub id: Uuid,
    /// Empty where it has none.
    pub name: Arc<str>,
    /// The owning project's id as clients write it: an administrator may give an image to anybody.
    pub owner: Option<Arc<str>>,
    pub status: ImageStatus,
    pub visibility: Visibility,
    /// In bytes; `None` before there is any data.
    pub size: Option<u64>,
    pub disk_format: Option<Arc<str>>,
    pub container_format: Option<Arc<str>>,
    /// In GiB.
    pub min_disk: u64,
    /// In MiB.
    pub min_ram: u64,
    /// Not to be deleted.
    pub is_protected: bool,
    /// Left out of lists that do not ask for it.
    pub is_hidden: bool,
    pub properties: Vec<(Arc<str>, Arc<str>)>,
    pub tags: Vec<Arc<str>>,
    pub members: Vec<Member>,
    pub digest: Option<Arc<Digest>>,
    /// What was uploaded. Images that began with the world, and those made of servers and volumes, have none.
    pub data: Option<Bytes>,
    /// What only CloudStack knows of it.
    pub template: Option<Box<TemplateDetails>>,
    /// Existed at the start; not counted as left over.
    pub is_given: bool,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
}

words! {
    /// Glance's words for how far an image is.
    ImageStatus {
        /// There is a record and no data yet.
        Queued = "queued",
        /// The cloud is taking its data in.
        Saving = "saving",
        /// A client has brought the data, and has still to say that it is to be imported.
        Uploading = "uploading",
        Active = "active",
        /// There, but not to be used.
        Deactivated = "deactivated",
        Killed = "killed",
    }
}

words! {
    /// Who may see an image.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Everybody, but only those who ask for such have it in their lists.
        Community = "community",
        /// The owner and the members.
        Shared = "shared",
        /// The owner.
        Private = "private",
    }
}

/// A project that an image is shared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The project's id, as clients write it.
    pub project: Arc<str>,
    pub status: Consent,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
}

words! {
    /// What a member says to being one.
    Consent {
        Pending = "pending",
        Accepted = "accepted",
        Rejected = "rejected",
    }
}

/// The sums over an image's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub md5: [u8; 16],
    pub sha512: [u8; 64],
}

impl Digest {
    pub fn of(data: &[u8]) -> Self {
        use md5::Digest as _;
        Self {
            md5: md5::Md5::digest(data).into(),
            sha512: sha2::Sha512::digest(data).into(),
        }
    }
}

impl Image {
    /// An image without data, as it is when nothing but its name was said of it.
    pub fn new(id: Uuid, name: impl Into<Arc<str>>, now: DateTime<Utc>) -> Self {
        Self {
            id,
            name: name.into(),
            owner: None,
            status: ImageStatus::Queued,
            visibility: Visibility::Shared,
            size: None,
            disk_format: None,
            container_format: None,
            min_disk: 0,
            min_ram: 0,
            is_protected: false,
            is_hidden: false,
            properties: Vec::new(),
            tags: Vec::new(),
            members: Vec::new(),
            digest: None,
            data: None,
            template: None,
            is_given: false,
            created: now,
            updated: now,
        }
    }

    /// An image that the cloud's owner offers to everybody. It stands for data that is nowhere.
    pub fn offered(plan: &ImagePlan, now: DateTime<Utc>) -> Self {
        let id = plan.id.unwrap_or_else(|| ids::named("image", &plan.name));
        let owner = id_text(project_id("admin"));
        Self {
            owner: Some(owner.into()),
            status: ImageStatus::Active,
            visibility: Visibility::Public,
            size: Some(plan.size),
            min_ram: plan.min_ram,
            min_disk: plan.min_disk,
            properties: texts(&plan.properties),
            disk_format: Some("qcow2".into()),
            container_format: Some("bare".into()),
            // Sums that stay the same from run to run.
            digest: Some(Arc::new(Digest::of(plan.name.as_bytes()))),
            is_given: true,
            ..Self::new(id, plan.name.as_str(), now)
        }
    }

    pub fn property(&self, name: &str) -> Option<&Arc<str>> {
        let named = self.properties.iter().find(|(known, _)| **known == *name);
        named.map(|(_, value)| value)
    }

    /// Sets a property, in its old place if it has one.
    pub fn set_property(&mut self, name: &str, value: &str) {
        match self
            .properties
            .iter_mut()
            .find(|(known, _)| **known == *name)
        {
            Some((_, old)) => *old = value.into(),
            None => self.properties.push((name.into(), value.into())),
        }
    }

    pub fn member(&self, project: &str) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| *member.project == *project)
    }

    pub fn is_owned_by(&self, project: &Project) -> bool {
        self.owner
            .as_deref()
            .is_some_and(|owner| is_id(owner, project))
    }

    /// Whether a project may see it, and so boot from it.
    pub fn is_visible_to(&self, project: &Project) -> bool {
        let is_member = || {
            self.members
                .iter()
                .any(|member| is_id(&member.project, project))
        };
        match self.visibility {
            Visibility::Public | Visibility::Community => true,
            Visibility::Shared => self.is_owned_by(project) || is_member(),
            Visibility::Private => self.is_owned_by(project),
        }
    }

    /// Takes data in, which makes it fit for use.
    pub fn fill(&mut self, data: Bytes) {
        self.size = u64::try_from(data.len()).ok();
        self.digest = Some(Arc::new(Digest::of(&data)));
        self.data = Some(data);
        self.status = ImageStatus::Active;
    }

    /// Becomes fit for use with data that is nowhere: a snapshot, or what would have been fetched from afar.
    pub fn pretend_data(&mut self, size: u64) {
        self.size = Some(size);
        self.digest = Some(Arc::new(Digest::of(self.id.as_bytes())));
        self.status = ImageStatus::Active;
    }
}

impl Facts for Image {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        let FactPath::Of(Subject::Image, keys) = path else {
            return None;
        };
        match keys.as_slice() {
            [field] if **field == *"name" => Some(FactValue::text(&self.name)),
            [field] if **field == *"id" => Some(FactValue::Text(self.id.to_string().into())),
            _ => None,
        }
    }
}

impl Acted for Image {
    fn name(&self) -> &Arc<str> {
        &self.name
    }

    fn manager(&self) -> Manager {
        Manager::Nova
    }
}

/// Whether a project's id, as some client wrote it, is this one's.
fn is_id(written: &str, project: &Project) -> bool {
    *write_id(project.id, &mut Uuid::encode_buffer()) == *written
}

impl World {
    pub fn image(&self, id: Uuid) -> Option<&Arc<Image>> {
        self.images.get(id)
    }

    /// An image to be changed. Servers that were made of it keep what it was.
    pub fn image_mut(&mut self, id: Uuid) -> Option<&mut Image> {
        self.images.get_mut(id).map(Arc::make_mut)
    }

    pub fn add_image(&mut self, image: Image) -> Arc<Image> {
        let image = Arc::new(image);
        self.images.insert(image.id, image.clone());
        image
    }

    pub fn remove_image(&mut self, id: Uuid) -> Option<Arc<Image>> {
        self.note_end_of_image(id);
        self.images.remove(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(n: u128) -> Project {
        Project::new(Uuid::from_u128(n), 1, None, "demo")
    }

    #[test]
    fn who_sees_an_image() {
        let (owner, friend, stranger) = (project(1), project(2), project(3));
        let id = |project: &Project| -> Arc<str> { project.id.simple().to_string().into() };
        let now = DateTime::UNIX_EPOCH;
        let mut image = Image::new(Uuid::nil(), "x", now);
        image.owner = Some(id(&owner));
        image.members.push(Member {
            project: id(&friend),
            status: Consent::Pending,
            created: now,
            updated: now,
        });
        let mut seen_by = |visibility| {
            image.visibility = visibility;
            [&owner, &friend, &stranger].map(|project| image.is_visible_to(project))
        };
        assert_eq!(seen_by(Visibility::Public), [true, true, true]);
        assert_eq!(seen_by(Visibility::Community), [true, true, true]);
        assert_eq!(seen_by(Visibility::Shared), [true, true, false]);
        assert_eq!(seen_by(Visibility::Private), [true, false, false]);
    }

    #[test]
    fn data_gives_size_and_sums() {
        let mut image = Image::new(Uuid::nil(), "x", DateTime::UNIX_EPOCH);
        image.fill(Bytes::from_static(b"abc"));
        let digest = image.digest.as_ref().expect("sums");
        assert_eq!(image.size, Some(3));
        assert_eq!(digest.md5[..4], [0x90, 0x01, 0x50, 0x98]);
        assert_eq!(digest.sha512[..4], [0xdd, 0xaf, 0x35, 0xa1]);
    }
}
