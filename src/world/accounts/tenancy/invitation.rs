//! Invitations to teams.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::team::Member;
use crate::world::World;
use crate::world::accounts::Accounts;

/// What became of an invitation. That its time is over is not kept but told by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Pending,
    Completed,
    Expired,
    Declined,
}

impl InvitationState {
    pub fn word(self) -> &'static str {
        match self {
            InvitationState::Pending => "Pending",
            InvitationState::Completed => "Completed",
            InvitationState::Expired => "Expired",
            InvitationState::Declined => "Declined",
        }
    }
}

/// An account, or one of its users, that may join a team.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: Uuid,
    pub team: Uuid,
    /// What the invited will be in the team.
    pub member: Member,
    state: InvitationState,
    pub created: DateTime<Utc>,
}

impl Accounts {
    pub fn invitations(&self) -> impl Iterator<Item = &Invitation> {
        self.tenancy.invitations.iter()
    }

    pub fn invitation(&self, id: Uuid) -> Option<&Invitation> {
        self.tenancy.invitations.get(id)
    }

    pub fn remove_invitation(&mut self, id: Uuid) {
        self.tenancy.invitations.remove(id);
    }

    /// Takes back the invitations that are chosen.
    pub fn forget_invitations(&mut self, is_it: impl Fn(&Invitation) -> bool) {
        let chosen = self.invitations().filter(|it| is_it(it));
        let chosen: Vec<Uuid> = chosen.map(|it| it.id).collect();
        for id in chosen {
            self.remove_invitation(id);
        }
    }
}

impl World {
    /// How an invitation is by now: pending ones expire after `project.invite.timeout`.
    pub fn state_of(&self, invitation: &Invitation) -> InvitationState {
        let timeout = self.configuration.seconds("project.invite.timeout");
        let age = (self.now() - invitation.created).to_std();
        match invitation.state {
            InvitationState::Pending if age.is_ok_and(|age| age >= timeout) => {
                InvitationState::Expired
            }
            state => state,
        }
    }

    /// Invites somebody to a team, anew where an earlier invitation came to nothing. `None` where one is
    /// pending or was accepted.
    pub fn invite(&mut self, team: Uuid, member: Member) -> Option<Uuid> {
        let is_it = |it: &&Invitation| it.team == team && it.member.is_same(&member);
        let earlier = self.accounts.invitations().find(is_it);
        match earlier.map(|it| (it.id, self.state_of(it))) {
            Some((_, InvitationState::Pending | InvitationState::Completed)) => return None,
            Some((id, InvitationState::Expired | InvitationState::Declined)) => {
                self.accounts.remove_invitation(id);
            }
            None => {}
        }
        let invitation = Invitation {
            id: self.ids.uuid(),
            team,
            member,
            state: InvitationState::Pending,
            created: self.now(),
        };
        let id = invitation.id;
        self.accounts.tenancy.invitations.insert(id, invitation);
        Some(id)
    }

    /// Takes the answer to an invitation; who accepts joins the team.
    pub fn answer_invitation(&mut self, id: Uuid, accepts: bool) {
        let Some(invitation) = self.accounts.tenancy.invitations.get_mut(id) else {
            return;
        };
        invitation.state = match accepts {
            true => InvitationState::Completed,
            false => InvitationState::Declined,
        };
        let (team, member) = (invitation.team, invitation.member.clone());
        if accepts && let Some(team) = self.accounts.team_mut(team) {
            team.admit(member);
        }
    }
}
