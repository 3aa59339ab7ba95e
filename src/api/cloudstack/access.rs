//! Whose things a caller may see and use, and whose what it makes will be.

use std::sync::Arc;

use uuid::Uuid;

use super::params::Args;
use super::{args, caller, fault};
use crate::api::Call;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{DEFAULT_DOMAIN, Project, Session, Standing, TeamState, User};

/// The number that stands for all projects.
const ALL_PROJECTS: &str = "-1";

/// Whose things a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// One account's, or one project's.
    Of(Uuid),
    Projects,
    /// A domain's, and maybe those of the domains in it.
    Domain {
        id: Uuid,
        with_inner: bool,
    },
    All,
}

/// What of all things a list holds, as far as it goes by whose they are.
pub(super) struct Reach<'a> {
    world: &'a World,
    session: &'a Session,
    standing: Standing,
    whose: Whose,
    holds_projects: bool,
}

impl<'a> Reach<'a> {
    /// # Errors
    /// For an account, domain or project that is not there, or not for the caller to see.
    pub(super) fn of(args: &Args<'a>, session: &'a Session) -> Result<Self, Fault> {
        let whose = match args.text("projectid") {
            Some(ALL_PROJECTS) if lists_all(args) || names_things(args) => Whose::All,
            Some(ALL_PROJECTS) => Whose::Projects,
            Some(_) => {
                let project = project(args)?;
                check_use(args.world, session, &project, project.id)?;
                Whose::Of(project.id)
            }
            None => return Self::beyond_projects(args, session),
        };
        Ok(Self {
            whose,
            holds_projects: true,
            ..Self::new(args, session)
        })
    }

    /// As [`Self::of`], whatever `projectid` says.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(super) fn beyond_projects(args: &Args<'a>, session: &'a Session) -> Result<Self, Fault> {
        let names_things = names_things(args);
        let reach = Self::new(args, session);
        Ok(Self {
            holds_projects: names_things,
            whose: reach.named(args, lists_all(args) || names_things)?,
            ..reach
        })
    }

    fn new(args: &Args<'a>, session: &'a Session) -> Self {
        Self {
            world: args.world,
            session,
            standing: args.world.accounts.standing(session),
            whose: Whose::All,
            holds_projects: false,
        }
    }

    /// Whose things are meant where no project is named.
    fn named(&self, args: &Args<'_>, means_all: bool) -> Result<Whose, Fault> {
        if args.text("account").is_some() {
            let account = account(args, self.session)?;
            check_use(self.world, self.session, &account, account.id)?;
            return Ok(Whose::Of(account.id));
        }
        let own = self.session.project.as_ref();
        let own = Whose::Of(own.map_or(Uuid::nil(), |own| own.id));
        match (args.id("domainid"), self.standing) {
            (Some(_), Standing::Own) => Ok(own),
            (Some(id), _) => {
                check_domain(self.world, self.session, id)?;
                Ok(Whose::Domain {
                    id,
                    with_inner: args.flag("isrecursive") == Some(true) || means_all,
                })
            }
            (None, _) if means_all => Ok(Whose::All),
            (None, _) => Ok(own),
        }
    }

    /// Whether the list holds what belongs to `owner`.
    pub(super) fn takes_in(&self, owner: &Project) -> bool {
        let accounts = &self.world.accounts;
        let is_project = accounts.team(owner.id).is_some();
        let is_meant = match self.whose {
            Whose::Of(id) => return owner.id == id,
            Whose::Projects => is_project,
            Whose::Domain {
                id,
                with_inner: false,
            } => owner.domain == Some(id),
            Whose::Domain {
                id,
                with_inner: true,
            } => accounts.is_in_domain(owner, id),
            Whose::All => true,
        };
        is_meant && (self.holds_projects || !is_project) && self.may_see(owner)
    }

    /// Whether the caller may see what belongs to `owner`.
    fn may_see(&self, owner: &Project) -> bool {
        match self.standing {
            Standing::Root => true,
            Standing::Domain(_) | Standing::Own => self.world.accounts.may_use(self.session, owner),
        }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing
    }
}

fn lists_all(args: &Args<'_>) -> bool {
    args.flag("listall") == Some(true)
}

/// Whether a call says by their ids what it wants listed.
fn names_things(args: &Args<'_>) -> bool {
    args.text("id").is_some() || args.text("ids").is_some()
}

fn invalid(message: String) -> Fault {
    Fault::new(FaultKind::InvalidParameter, message)
}

/// Refuses to let a caller use what belongs to `owner`.
///
/// # Errors
/// When it is not the caller's, nor in a domain that the caller is over, nor in a project of the caller's.
/// `thing` is what the refusal names.
pub(super) fn check_use(
    world: &World,
    session: &Session,
    owner: &Project,
    thing: Uuid,
) -> Result<(), Fault> {
    match world.accounts.may_use(session, owner) {
        true => Ok(()),
        false => Err(not_permitted(session, thing)),
    }
}

/// As [`check_use`], by the caller of a call.
///
/// # Errors
/// As [`check_use`].
pub(super) fn permit(
    world: &World,
    call: &Call,
    owner: &Project,
    thing: Uuid,
) -> Result<(), Fault> {
    check_use(world, caller(call)?, owner, thing)
}

/// What callers hear of what is not theirs.
pub(super) fn not_permitted(session: &Session, thing: Uuid) -> Fault {
    let account = session.project.as_ref().map_or("", |account| &account.name);
    fault::denied(format!(
        "Account {account} does not have permission to operate with resource {thing}"
    ))
}

/// # Errors
/// When the caller is not over the domain.
pub(super) fn check_domain(world: &World, session: &Session, domain: Uuid) -> Result<(), Fault> {
    let is_over = match world.accounts.standing(session) {
        Standing::Root => true,
        Standing::Domain(own) => world.accounts.is_domain_in(domain, own),
        Standing::Own => false,
    };
    if is_over {
        return Ok(());
    }
    let account = session.project.as_ref().map_or("", |account| &account.name);
    Err(Fault::new(
        FaultKind::Forbidden,
        format!("Account {account} does not have permission to operate within domain id={domain}"),
    ))
}

/// The domain that a caller is in.
pub(super) fn own_domain(session: &Session) -> Uuid {
    let account = session.project.as_ref();
    account
        .and_then(|account| account.domain)
        .unwrap_or(DEFAULT_DOMAIN)
}

/// The account that `account` and `domainid` name; without the latter it is in the caller's domain.
///
/// # Errors
/// When there is none.
pub(super) fn account(args: &Args<'_>, session: &Session) -> Result<Arc<Project>, Fault> {
    let name = args.text("account").unwrap_or_default();
    let domain = args.id("domainid").unwrap_or_else(|| own_domain(session));
    let account = args.world.accounts.account_named(domain, name);
    account
        .cloned()
        .ok_or_else(|| invalid(format!("Unable to find account {name} in domain {domain}")))
}

/// The project that `projectid` names, as the owner of its things.
fn project(args: &Args<'_>) -> Result<Arc<Project>, Fault> {
    let project = args.world.accounts.project(args.required_id("projectid")?);
    project
        .cloned()
        .ok_or_else(|| invalid("Unable to find project by id".into()))
}

/// The project or account that a call names, if it names one, which the caller may use.
///
/// # Errors
/// When it is not there or not the caller's to use, or a project that is suspended.
pub(super) fn named_owner(world: &World, call: &Call) -> Result<Option<Arc<Project>>, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let owner = match (args.text("projectid"), args.text("account")) {
        (Some(_), _) => project(&args)?,
        (None, Some(_)) => account(&args, session)?,
        (None, None) => return Ok(None),
    };
    check_use(world, session, &owner, owner.id)?;
    let team = world.accounts.team(owner.id);
    if team.is_some_and(|team| team.state != TeamState::Active) {
        return Err(Fault::new(
            FaultKind::Forbidden,
            format!(
                "Can't add resources to the project id={} as it's no longer active",
                owner.id
            ),
        ));
    }
    Ok(Some(owner))
}

/// Whose a new thing will be: the caller's own, unless the call names an account or a project.
///
/// # Errors
/// As [`named_owner`].
pub(super) fn owner_of_new(world: &World, call: &Call) -> Result<(Arc<Project>, Arc<User>), Fault> {
    let session = caller(call)?;
    let Some(owner) = named_owner(world, call)? else {
        let own = session.project.clone();
        let own = own.ok_or_else(|| invalid("The caller has no account".into()))?;
        return Ok((own, session.user.clone()));
    };
    let user = world.accounts.users_of(owner.id).next();
    let user = user.unwrap_or(&session.user).clone();
    Ok((owner, user))
}
