//! What the `list…` commands share: filters, visibility, paging.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::entity::place_of;
use super::params::Args;
use super::table::{Show, Viewer};
use super::{args, caller, envelope, row};
use crate::api::{Answer, Call};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::accounts::{Project, Session};
use crate::world::image::Image;

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
        let positive = |name: &str| args.number(name).map(|n| usize::try_from(n).unwrap_or(0));
        let refuse = |message: &str| Err(Fault::bad_request(message));
        // The cast keeps what is too large for a page, and makes a negative number none.
        let largest = args.world.configuration.number("default.page.size") as usize;
        let largest = if largest == 0 { usize::MAX } else { largest };
        match (positive("page"), positive("pagesize")) {
            (None, None) => Ok(Self {
                first: 0,
                size: largest,
            }),
            (None, Some(_)) => {
                refuse("\"page\" parameter is required when \"pagesize\" is specified")
            }
            (Some(_), None) => {
                refuse("\"pagesize\" parameter is required when \"page\" is specified")
            }
            (Some(_), Some(size)) if size > largest => refuse(&format!(
                "Page size can't exceed max allowed page size value: {largest}"
            )),
            (Some(0), Some(_)) => refuse("Page number can't be less than 1"),
            (Some(page), Some(size)) => Ok(Self {
                first: (page - 1).saturating_mul(size),
                size,
            }),
        }
    }
}

/// One call of a `list…` command.
pub(super) struct Listing<'a> {
    pub(super) args: Args<'a>,
    session: &'a Session,
    page: Page,
    ids: Option<Vec<Uuid>>,
    keyword: Option<String>,
    /// What the things stand under.
    key: &'static str,
    show: Option<Show>,
}

impl<'a> Listing<'a> {
    /// # Errors
    /// When the paging parameters are wrong.
    pub(super) fn new(world: &'a World, call: &'a Call) -> Result<Self, Fault> {
        let (args, row) = (args(world, call), row(call));
        let ids = match args.text("id") {
            Some(_) => Some(args.id("id").into_iter().collect()),
            None => args.ids("ids"),
        };
        Ok(Self {
            args,
            session: caller(call)?,
            page: Page::of(&args)?,
            ids,
            keyword: args.text("keyword").map(str::to_lowercase),
            key: row.spec().answers.map_or("", |answers| answers.object),
            show: row.shows,
        })
    }

    /// Whether something is asked for, as far as its id and name go.
    pub(super) fn wants(&self, id: Uuid, name: &str) -> bool {
        self.wants_id(id)
            && self.args.text("name").is_none_or(|wanted| wanted == name)
            && self.keyword_fits(name)
    }

    pub(super) fn wants_id(&self, id: Uuid) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&id))
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

    /// Whether the caller sees what belongs to `owner`: root admins see everything, but their lists hold
    /// only their own until they ask for more.
    pub(super) fn shows(&self, owner: &Project) -> bool {
        let is_own = self
            .session
            .project
            .as_ref()
            .is_some_and(|own| own.id == owner.id);
        if !self.session.is_admin() {
            return is_own;
        }
        match self.args.text("account") {
            Some(account) => *owner.name == *account,
            None => is_own || self.asks_for_all(),
        }
    }

    /// Whether the caller may use a template.
    pub(super) fn sees(&self, template: &Image) -> bool {
        let project = self.session.project.as_ref();
        self.session.is_admin() || project.is_some_and(|project| template.is_visible_to(project))
    }

    fn asks_for_all(&self) -> bool {
        self.ids.is_some()
            || self.args.flag("listall") == Some(true)
            || self.args.text("projectid") == Some("-1")
            || self.args.text("domainid").is_some()
    }

    /// The caller's account.
    pub(super) fn account(&self) -> Uuid {
        let project = self.session.project.as_ref();
        project.map(|project| project.id).unwrap_or_default()
    }

    pub(super) fn is_admin(&self) -> bool {
        self.session.is_admin()
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
        let viewer = self.viewer();
        self.answer(ids, |id| {
            let shown = self.show.and_then(|show| show(self.args.world, id, viewer));
            shown.unwrap_or_default()
        })
    }
}
