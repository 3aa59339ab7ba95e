//! What the `list…` commands share: filters, visibility, paging.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::access::{Reach, own_domain};
use super::entity::place_of;
use super::params::Args;
use super::table::{Row, Viewer};
use super::{args, caller, envelope, row};
use crate::api::{Answer, Call};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::accounts::{Project, Session, Standing};
use crate::world::images::image::Image;

/// The parameters that name places.
pub(super) const LEVELS: [(&str, Level); 4] = [
    ("zoneid", Level::Zone),
    ("podid", Level::Pod),
    ("clusterid", Level::Cluster),
    ("hostid", Level::Host),
];

/// The part of a list that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Page {
    first: usize,
    size: usize,
}

impl Page {
    fn of(args: &Args<'_>) -> Result<Self, Fault> {
        let most = most_on_a_page(args.world);
        // A negative size asks for all there is.
        let size = args.number("pagesize");
        let size = size.map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        let page = args.number("page").map(|n| usize::try_from(n).unwrap_or(0));
        let refuse = |message: &str| Err(Fault::bad_request(message));
        match (page, size) {
            (_, Some(size)) if size > most => refuse(&format!(
                "Page size can't exceed max allowed page size value: {most}"
            )),
            (None, None) => Ok(Self {
                first: 0,
                size: most,
            }),
            (None, Some(usize::MAX)) => Ok(Self {
                first: 0,
                size: usize::MAX,
            }),
            (None, Some(_)) => {
                refuse("\"page\" parameter is required when \"pagesize\" is specified")
            }
            (Some(_), None) => {
                refuse("\"pagesize\" parameter is required when \"page\" is specified")
            }
            (Some(0), Some(_)) => refuse("Page number can't be less than 1"),
            (Some(page), Some(size)) => Ok(Self {
                first: (page - 1).saturating_mul(size),
                size,
            }),
        }
    }
}

/// The most that one answer holds: `default.page.size`, of which -1 is no limit.
fn most_on_a_page(world: &World) -> usize {
    let most = world.configuration.value("default.page.size");
    let most = most
        .and_then(|most| most.parse::<i64>().ok())
        .unwrap_or(500);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// One call of a `list…` command.
pub(super) struct Listing<'a> {
    pub(super) args: Args<'a>,
    session: &'a Session,
    reach: Reach<'a>,
    page: Page,
    ids: Option<Vec<Uuid>>,
    keyword: Option<String>,
    /// The tags that things have to have.
    tags: Vec<(&'a str, &'a str)>,
    row: &'static Row,
    /// What the things stand under.
    key: &'static str,
}

impl<'a> Listing<'a> {
    /// # Errors
    /// When the paging parameters are wrong, or the caller may not see whose things are asked for.
    pub(super) fn new(world: &'a World, call: &'a Call) -> Result<Self, Fault> {
        let args = args(world, call);
        Self::reaching(args, call, Reach::of(&args, caller(call)?)?)
    }

    /// As [`Self::new`], for a command whose `projectid` does not name the owner of what is listed.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn beyond_projects(world: &'a World, call: &'a Call) -> Result<Self, Fault> {
        let args = args(world, call);
        Self::reaching(args, call, Reach::beyond_projects(&args, caller(call)?)?)
    }

    fn reaching(args: Args<'a>, call: &'a Call, reach: Reach<'a>) -> Result<Self, Fault> {
        let row = row(call);
        let ids = match args.text("id") {
            Some(_) => Some(args.id("id").into_iter().collect()),
            None => args.ids("ids"),
        };
        let session = caller(call)?;
        Ok(Self {
            args,
            session,
            reach,
            page: Page::of(&args)?,
            ids,
            keyword: args.text("keyword").map(str::to_lowercase),
            tags: args.map("tags"),
            row,
            key: row.spec().answers.map_or("", |answers| answers.object),
        })
    }

    /// As [`Self::new`], for a command whose `id` does not name what is listed.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(super) fn of_parts(world: &'a World, call: &'a Call) -> Result<Self, Fault> {
        let listing = Self::new(world, call)?;
        Ok(Self {
            ids: None,
            ..listing
        })
    }

    /// Whether something is asked for, as far as its id and name go. Case is no matter, as in the service's database.
    pub(super) fn wants(&self, id: Uuid, name: &str) -> bool {
        self.wants_id(id) && self.args.is("name", name) && self.keyword_fits(name)
    }

    pub(super) fn wants_id(&self, id: Uuid) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&id)) && self.tags_fit(id)
    }

    fn tags_fit(&self, id: Uuid) -> bool {
        let tags = &self.args.world.tags;
        let mut wanted = self.tags.iter();
        wanted.all(|(key, value)| tags.has(id, key, value))
    }

    pub(super) fn keyword_fits(&self, name: &str) -> bool {
        let keyword = self.keyword.as_deref();
        keyword.is_none_or(|keyword| name.to_lowercase().contains(keyword))
    }

    /// Whether a place is in the zone, pod, cluster and host that are asked for.
    pub(super) fn is_within(&self, place: &Place) -> bool {
        LEVELS.iter().all(|(name, level)| {
            if self.args.entity(name).is_none() || self.args.text(name).is_none() {
                return true;
            }
            // What is gone has nothing in it.
            let wanted = self.args.id(name);
            let wanted = wanted.and_then(|id| place_of(&self.args.world.topology, *level, id));
            wanted.is_some_and(|wanted| wanted.contains(place))
        })
    }

    /// Whether the list holds what belongs to `owner`: the caller's own, or all that the caller may see, as
    /// far as the call asks for it.
    pub(super) fn shows(&self, owner: &Project) -> bool {
        self.reach.takes_in(owner)
    }

    /// Whether the caller may use a template.
    pub(super) fn sees(&self, template: &Image) -> bool {
        let project = self.session.project.as_ref();
        self.session.is_admin() || project.is_some_and(|project| template.is_visible_to(project))
    }

    /// The caller's account.
    pub(super) fn account(&self) -> Uuid {
        let project = self.session.project.as_ref();
        project.map(|project| project.id).unwrap_or_default()
    }

    /// The domain that the caller is in.
    pub(super) fn domain(&self) -> Uuid {
        own_domain(self.session)
    }

    /// The same, with the things under another name than the catalog says.
    pub(super) fn under(self, key: &'static str) -> Self {
        Self { key, ..self }
    }

    pub(super) fn is_admin(&self) -> bool {
        self.session.is_admin()
    }

    /// How far the caller's power goes.
    pub(super) fn standing(&self) -> Standing {
        self.reach.standing()
    }

    pub(super) fn viewer(&self) -> Viewer {
        Viewer::of(self.session)
    }

    /// The answer: those of `items` that are on the page.
    pub(super) fn answer<T>(
        &self,
        items: impl Iterator<Item = T>,
        render: impl Fn(T) -> Value,
    ) -> Answer {
        let mut count = 0;
        let mut page = Vec::new();
        for item in items {
            if (self.page.first..self.page.first.saturating_add(self.page.size)).contains(&count) {
                page.push(render(item));
            }
            count += 1;
        }
        let mut content = Map::new();
        if count > 0 {
            content.insert("count".into(), count.into());
        }
        if !page.is_empty() {
            content.insert(self.key.into(), page.into());
        }
        envelope::success(self.args.command, content.into())
    }

    /// The answer: those of the things with these ids that are on the page, as the command shows them.
    pub(super) fn shown(&self, ids: impl Iterator<Item = Uuid>) -> Answer {
        self.shown_as(ids, |shown| shown)
    }

    /// The same, each as `trim` leaves it.
    pub(super) fn shown_as(
        &self,
        ids: impl Iterator<Item = Uuid>,
        trim: impl Fn(Value) -> Value,
    ) -> Answer {
        let viewer = self.viewer();
        self.answer(ids, |id| {
            let shown = self.row.shown(self.args.world, id, viewer);
            trim(shown.unwrap_or_default())
        })
    }
}
