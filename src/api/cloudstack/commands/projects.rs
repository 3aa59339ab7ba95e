//! Projects: what several accounts share.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{accounts, date, domain, invitations, joined, kept, limits};
use crate::api::cloudstack::access::{self, check_use, not_permitted};
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Invitation, Member, Project, Standing, Team, TeamState};

pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.createProject", land_new, create).showing(show),
    Row::read("cloudstack.listProjects", list).showing(show),
    Row::new("cloudstack.updateProject", land, update).showing(show),
    Row::new("cloudstack.deleteProject", land, delete),
    Row::new("cloudstack.activateProject", land, |world, call, _| {
        put_state(world, call, TeamState::Active)
    })
    .showing(show),
    Row::new("cloudstack.suspendProject", land, |world, call, _| {
        put_state(world, call, TeamState::Suspended)
    })
    .showing(show),
    Row::new("cloudstack.addAccountToProject", land, add_account),
    Row::new("cloudstack.deleteAccountFromProject", land, remove_account),
    Row::new("cloudstack.addUserToProject", land, add_user),
    Row::new("cloudstack.deleteUserFromProject", land, remove_user),
    Row::read("cloudstack.listProjectAccounts", list_members),
];

/// The project that a call is about, by `id` or `projectid`, with its owner in the world.
fn team_of<'a>(world: &'a World, call: &Call) -> Result<(&'a Team, Arc<Project>), Fault> {
    let args = args(world, call);
    team_with(world, args.id("id").or_else(|| args.id("projectid")))
}

fn team_with(world: &World, id: Option<Uuid>) -> Result<(&Team, Arc<Project>), Fault> {
    let unknown = || invalid("Unable to find project with specified id");
    let team = id
        .and_then(|id| world.accounts.team(id))
        .ok_or_else(unknown)?;
    let project = world.accounts.project(team.id).ok_or_else(unknown)?;
    Ok((team, project.clone()))
}

/// Finds the project of a call that changes it: its administrators may, and those over its domain.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let team = team_of(world, call)?.0.id;
    check_manages(world, call, team).map(|()| Landing::default())
}

/// # Errors
/// When the caller neither is an administrator of a project nor over its domain.
pub(super) fn check_manages(world: &World, call: &Call, team: Uuid) -> Result<(), Fault> {
    let (team, project) = team_with(world, Some(team))?;
    let session = caller(call)?;
    check_use(world, session, &project, project.id)?;
    let is_over = world.accounts.standing(session) != Standing::Own;
    if is_over || team.member(session).is_some_and(|member| member.is_admin) {
        return Ok(());
    }
    Err(not_permitted(session, project.id))
}

/// The account that a new project will be of, and its domain.
fn owner_of_new(world: &World, call: &Call) -> Result<Arc<Project>, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    if let Some(account) = args
        .id("accountid")
        .and_then(|id| world.accounts.project(id))
    {
        check_use(world, session, account, account.id)?;
        return Ok(account.clone());
    }
    access::owner_of_new(world, call).map(|(owner, _)| owner)
}

fn land_new(world: &World, call: &Call) -> Result<Landing, Fault> {
    let owner = owner_of_new(world, call)?;
    let name = args(world, call).text("name").unwrap_or_default();
    world
        .accounts
        .check_team_name(owner.domain.unwrap_or_default(), name)?;
    Ok(Landing::default())
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let owner = owner_of_new(world, call)?;
    let args = args(world, call);
    let domain = owner
        .domain
        .and_then(|id| world.accounts.project(id))
        .cloned();
    let domain = domain.ok_or_else(|| invalid("The account is in no domain"))?;
    let name: Arc<str> = args.text("name").unwrap_or_default().into();
    let draft = Team {
        id: Uuid::nil(),
        text: kept(args.text("displaytext")).unwrap_or_else(|| name.clone()),
        name,
        state: TeamState::Active,
        members: vec![Member {
            account: owner.id,
            user: args.id("userid"),
            is_admin: true,
        }],
        created: world.now(),
    };
    let id = world.accounts.add_team(&mut world.ids, &domain, draft)?;
    job::done(world, call, Some(id))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let (args, session) = (&listing.args, caller(call)?);
    let account = args
        .text("account")
        .map(|_| access::account(args, session))
        .transpose()?;
    let sees_all = args.flag("listall") == Some(true) || args.text("id").is_some();
    let teams = world.accounts.teams().filter(|team| {
        let project = world.accounts.project(team.id);
        let is_member = |id: Uuid| team.members.iter().any(|member| member.account == id);
        let is_seen = project.is_some_and(|project| match (&account, listing.standing()) {
            (Some(account), _) => is_member(account.id),
            (None, Standing::Own) => team.member(session).is_some(),
            (None, _) if sees_all => world.accounts.may_use(session, project),
            (None, _) => team.member(session).is_some(),
        });
        let domain = project.and_then(|project| project.domain);
        is_seen
            && listing.wants(team.id, &team.name)
            && args.is("state", team.state.word())
            && args.is("displaytext", &team.text)
            && args
                .id("domainid")
                .is_none_or(|wanted| domain == Some(wanted))
    });
    Ok(listing.shown_as(teams.map(|team| team.id), limits::trim(&listing.args)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let team = world.accounts.team(id)?;
    let project = world.accounts.project(id)?;
    let admins = team.members.iter().filter(|member| member.is_admin);
    let admins: Vec<Value> = admins.map(|member| admin(world, member)).collect();
    let own = json!({
        "id": id,
        "name": team.name,
        "displaytext": team.text,
        "state": team.state.word(),
        "projectaccountname": format!("PrjAcct-{}-{}", team.name, project.number),
        "owner": admins,
        "created": date(team.created),
    });
    let mut place = domain(world, project.domain);
    place.remove("domainpath");
    let counts = limits::summary(world, project);
    Some(joined(own, place.into_iter().chain(counts)))
}

/// Somebody who answers for a project.
fn admin(world: &World, member: &Member) -> Value {
    let account = world.accounts.project(member.account);
    json!({
        "account": account.map(|account| &account.name),
        "userid": member.user,
    })
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let (team, project) = team_of(world, call)?;
    let args = args(world, call);
    let (name, text) = (kept(args.text("name")), kept(args.text("displaytext")));
    if let Some(name) = name.as_ref().filter(|name| **name != team.name) {
        world
            .accounts
            .check_team_name(project.domain.unwrap_or_default(), name)?;
    }
    let account = args.text("account").is_some();
    let account = account
        .then(|| access::account(&args, caller(call)?))
        .transpose()?;
    let stays_admin = args.flag("swapowner") == Some(false);
    let is_admin = args.is("roletype", "admin");
    let team = world.accounts.team_mut(project.id);
    let team = team.ok_or_else(|| invalid("Unable to find the project id"))?;
    team.name = name.unwrap_or_else(|| team.name.clone());
    team.text = text.unwrap_or_else(|| team.text.clone());
    if let Some(account) = account {
        let member = team
            .members
            .iter_mut()
            .find(|member| member.account == account.id);
        member.ok_or_else(|| not_in(&account, project.id))?.is_admin = is_admin;
        for other in team
            .members
            .iter_mut()
            .filter(|member| member.account != account.id)
        {
            other.is_admin &= stays_admin || !is_admin;
        }
    }
    job::done(world, call, Some(project.id))
}

fn not_in(account: &Project, team: Uuid) -> Fault {
    invalid(format!(
        "Account {} is not assigned to the project with specified id",
        account.name
    ))
    .about(team, "projectId")
}

fn put_state(world: &mut World, call: &Call, state: TeamState) -> Result<Answer, Fault> {
    let id = team_of(world, call)?.1.id;
    if let Some(team) = world.accounts.team_mut(id) {
        team.state = state;
    }
    if state == TeamState::Suspended {
        let user = caller(call)?.user.clone();
        world.stop_servers_of(id, &user);
    }
    job::done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = team_of(world, call)?.1.id;
    let user = caller(call)?.user.clone();
    world.release_project(id, &user);
    world.remove_owner(id)?;
    job::done(world, call, Some(id))
}

/// Takes somebody who is not in it yet into a project, or invites them where that is required.
fn join(
    world: &mut World,
    call: &Call,
    (account, user): (Uuid, Option<Uuid>),
) -> Result<Answer, Fault> {
    let role = args(world, call).text("roletype");
    let member = Member {
        account,
        user,
        is_admin: role.is_some_and(|role| role.eq_ignore_ascii_case("admin")),
    };
    let team = team_of(world, call)?.0;
    let (id, state) = (team.id, team.state);
    let is_in = team.members.iter().any(|known| known.is_same(&member));
    let invites = world.configuration.is_true("project.invite.required");
    let verdict = match state {
        TeamState::Suspended => {
            let what = if user.is_some() { "user" } else { "account" };
            Err(invalid(format!(
                "Can't add {what} to the specified project id in state={} as it isn't currently active",
                state.word()
            ))
            .about(id, "projectId"))
        }
        TeamState::Active if is_in => Ok(()),
        TeamState::Active if invites => invitations::invite(world, id, member),
        TeamState::Active => {
            let team = world.accounts.team_mut(id);
            team.into_iter().for_each(|team| team.admit(member.clone()));
            Ok(())
        }
    };
    job::conclude(world, call, Some(id), verdict)
}

/// Takes those who are chosen out of a project.
fn leave(
    world: &mut World,
    call: &Call,
    who: impl Fn(&Member) -> bool,
    missing: Fault,
) -> Result<Answer, Fault> {
    let (team, project) = team_of(world, call)?;
    if !team.members.iter().any(&who) {
        return Err(missing);
    }
    if !team
        .members
        .iter()
        .any(|member| member.is_admin && !who(member))
    {
        return Err(invalid(
            "Unable to delete account from the project with specified id as the account is the owner of the project",
        )
        .about(project.id, "projectId"));
    }
    if let Some(team) = world.accounts.team_mut(project.id) {
        team.members.retain(|member| !who(member));
    }
    let is_it = |it: &Invitation| it.team == project.id && who(&it.member);
    world.accounts.forget_invitations(is_it);
    job::done(world, call, Some(project.id))
}

/// The account that a call names, in the project's domain.
pub(super) fn account_named(args: &Args<'_>, project: &Project) -> Result<Arc<Project>, Fault> {
    let name = args.text("account").unwrap_or_default();
    let domain = project.domain.unwrap_or_default();
    let account = args.world.accounts.account_named(domain, name);
    account.cloned().ok_or_else(|| {
        invalid(format!(
            "Unable to find account name={name} in specified domain id"
        ))
        .about(domain, "domainId")
    })
}

fn add_account(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    if args.text("account").is_none() {
        return Err(without_account(&args));
    }
    let account = account_named(&args, &team_of(world, call)?.1)?.id;
    join(world, call, (account, None))
}

/// What callers hear who name no account. A cloud that sends no mail cannot invite by it.
fn without_account(args: &Args<'_>) -> Fault {
    let invites = args.world.configuration.is_true("project.invite.required");
    match args.text("email") {
        None => invalid("Either accountName or email is required"),
        Some(_) if invites => {
            Fault::new(FaultKind::Internal, "Failed to add Account to the project")
        }
        Some(_) => invalid("Account information is required for assigning account to the project"),
    }
}

fn remove_account(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let project = team_of(world, call)?.1;
    let account = account_named(&args(world, call), &project)?;
    let missing = not_in(&account, project.id);
    leave(world, call, |member| member.account == account.id, missing)
}

fn add_user(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let name = args.text("username").unwrap_or_default();
    let (team, project) = team_of(world, call)?;
    let domain = project.domain;
    let user = world.accounts.users.named(domain, name);
    let user = user.ok_or_else(|| invalid(format!("Invalid user with name {name}")))?;
    let home = user
        .project
        .ok_or_else(|| invalid("The user has no account"))?;
    let user = user.id;
    let is_in = |member: &Member| member.account == home && member.user.is_none();
    if team.members.iter().any(is_in) {
        return Err(invalid(format!(
            "User belongs to account {home} which is already part of the project"
        )));
    }
    join(world, call, (home, Some(user)))
}

fn remove_user(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = args(world, call).required_id("userid")?;
    let name = world.accounts.user(user).map(|user| user.name.clone());
    let missing = invalid(format!(
        "User {} is not assigned to the project with specified id",
        name.unwrap_or_default()
    ));
    let missing = missing.about(team_of(world, call)?.1.id, "projectId");
    leave(world, call, |member| member.user == Some(user), missing)
}

fn list_members(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    let listing = Listing::new(world, call)?;
    let (team, _) = team_of(world, call)?;
    let args = &listing.args;
    let members = team.members.iter().filter(|member| {
        let account = world.accounts.project(member.account);
        account.is_some_and(|account| {
            listing.keyword_fits(&account.name) && args.is("account", &account.name)
        }) && args.is("role", role(member))
            && args.id("userid").is_none_or(|id| member.user == Some(id))
    });
    Ok(listing.answer(members, |member| {
        let user = member.user.and_then(|id| world.accounts.user(id));
        let own = json!({
            "projectid": team.id,
            "project": team.name,
            "accountid": member.account,
            "accounttype": world.accounts.account_kind(member.account).number(),
            "role": role(member),
            "userid": member.user,
            "username": user.map(|user| &user.name),
        });
        let mut whose = accounts::brief(world, member.account);
        whose.remove("domainpath");
        joined(own, whose)
    }))
}

fn role(member: &Member) -> &'static str {
    if member.is_admin { "Admin" } else { "Regular" }
}
