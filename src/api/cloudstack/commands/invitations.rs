//! Invitations to projects.

use serde_json::{Value, json};
use uuid::Uuid;

use super::projects::{account_named, check_manages};
use super::{domain, joined};
use crate::api::cloudstack::access::check_use;
use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Invitation, InvitationState, Member};

pub(crate) const ROWS: &[Row] = &[
    Row::read("cloudstack.listProjectInvitations", list).showing(show),
    Row::new(
        "cloudstack.updateProjectInvitation",
        Landing::nowhere,
        update,
    ),
    Row::new("cloudstack.deleteProjectInvitation", land, delete),
];

/// Invites somebody to a project.
///
/// # Errors
/// When there is such an invitation already.
pub(super) fn invite(world: &mut World, team: Uuid, member: Member) -> Result<(), Fault> {
    let account = member.account;
    let invited = world.invite(team, member);
    invited.map(drop).ok_or_else(|| {
        invalid(format!(
            "There is already a pending invitation for account id={account} to the project id={team}"
        ))
    })
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let world = &*world;
    // Who is invited may ask about a project without being in it.
    let listing = Listing::beyond_projects(world, call)?;
    let (args, user) = (&listing.args, caller(call)?.user.id);
    let project = args.id("projectid");
    let is_visible = |it: &Invitation| {
        let account = world.accounts.project(it.member.account);
        let is_of_project = project.is_some() && args.text("account").is_none();
        is_of_project || account.is_some_and(|account| listing.shows(account))
    };
    let invitations = world.accounts.invitations().filter(|it| {
        let state = world.state_of(it);
        listing.wants_id(it.id)
            && is_visible(it)
            // The service shows those of single users to nobody else.
            && it.member.user.is_none_or(|of| of == user)
            && args.is_id("projectid", Some(it.team))
            && args.is_id("userid", it.member.user)
            && args.is("state", state.word())
            && (args.flag("activeonly") != Some(true) || state == InvitationState::Pending)
    });
    Ok(listing.shown(invitations.map(|it| it.id)))
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let invitation = world.accounts.invitation(id)?;
    let team = world.accounts.team(invitation.team)?;
    let project = world.accounts.project(invitation.team)?;
    let account = world.accounts.project(invitation.member.account);
    let own = json!({
        "id": id,
        "projectid": team.id,
        "project": team.name,
        "state": world.state_of(invitation).word(),
        "account": account.map(|account| &account.name),
        "userid": invitation.member.user,
    });
    Some(joined(own, domain(world, project.domain)))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let accepts = args(world, call).flag("accept") != Some(false);
    let answered = asked_for(world, call, accepts);
    let verdict = answered.map(|id| world.answer_invitation(id, accepts));
    job::conclude(world, call, None, verdict)
}

/// The invitation that a call answers: of an account that is named, else of a user, else of the caller.
///
/// # Errors
/// When there is none, or it cannot be accepted any more.
fn asked_for(world: &World, call: &Call, accepts: bool) -> Result<Uuid, Fault> {
    let (args, session) = (args(world, call), caller(call)?);
    let team = args.required_id("projectid")?;
    let project = world.accounts.project(team);
    let project = project
        .ok_or_else(|| invalid(format!("Unable to find the project id={team}")))?
        .clone();
    let name = args.text("account");
    let is_it: Box<dyn Fn(&Member) -> bool> = match name {
        Some(_) => {
            let account = account_named(&args, &project)?;
            check_use(world, session, &account, account.id)?;
            Box::new(move |member| member.account == account.id)
        }
        None => {
            let user = args.id("userid").unwrap_or(session.user.id);
            Box::new(move |member| member.user == Some(user))
        }
    };
    let open = world.accounts.invitations().filter(|it| it.team == team);
    let mut open = open
        .filter(|it| is_it(&it.member))
        .map(|it| (it.id, world.state_of(it)));
    let name = name.unwrap_or("null");
    match open
        .find(|(_, state)| matches!(state, InvitationState::Pending | InvitationState::Expired))
    {
        Some((_, InvitationState::Expired)) if accepts => Err(invalid(format!(
            "Invitation is expired for account id={name} to the project {team}"
        ))),
        Some((id, _)) => Ok(id),
        None => Err(invalid(format!(
            "Unable to find invitation for account name={name} to the project={team}"
        ))),
    }
}

/// Who manages a project takes back its invitations.
fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    let id = args(world, call).required_id("id")?;
    let team = world.accounts.invitation(id).map(|it| it.team);
    let team =
        team.ok_or_else(|| invalid(format!("Unable to find project invitation by id {id}")))?;
    check_manages(world, call, team).map(|()| Landing::default())
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.accounts.remove_invitation(id);
    job::done(world, call, Some(id))
}
