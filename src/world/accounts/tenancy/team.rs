//! Teams, which CloudStack calls projects: accounts without users of their own, which other accounts share.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::account::invalid;
use crate::vocabulary::fault::Fault;
use crate::world::accounts::{Accounts, Project, ProjectChange, Session};
use crate::world::ids::Ids;

/// Whether things can be done in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamState {
    Active,
    Suspended,
}

impl TeamState {
    pub fn word(self) -> &'static str {
        match self {
            TeamState::Active => "Active",
            TeamState::Suspended => "Suspended",
        }
    }
}

/// An account, or one of its users alone, in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub account: Uuid,
    pub user: Option<Uuid>,
    pub is_admin: bool,
}

impl Member {
    /// Whether both are the same account or user, whatever they are in the team.
    pub fn is_same(&self, other: &Self) -> bool {
        self.account == other.account && self.user == other.user
    }
}

/// A team. Its things belong to the project of its id.
#[derive(Debug, Clone)]
pub struct Team {
    pub id: Uuid,
    pub name: Arc<str>,
    pub text: Arc<str>,
    pub state: TeamState,
    pub members: Vec<Member>,
    pub created: DateTime<Utc>,
}

impl Team {
    /// The account that answers for it: the first of its administrators.
    pub fn owner(&self) -> Option<Uuid> {
        let owner = self.members.iter().find(|member| member.is_admin)?;
        Some(owner.account)
    }

    /// Takes in an account or user that is not in it yet.
    pub fn admit(&mut self, member: Member) {
        if !self.members.iter().any(|known| known.is_same(&member)) {
            self.members.push(member);
        }
    }

    /// What a caller is in it.
    pub fn member(&self, session: &Session) -> Option<&Member> {
        let account = session.project.as_ref()?.id;
        let is_caller = |member: &&Member| match member.user {
            Some(user) => user == session.user.id,
            None => member.account == account,
        };
        self.members.iter().find(is_caller)
    }
}

impl Accounts {
    pub fn teams(&self) -> impl DoubleEndedIterator<Item = &Team> {
        self.tenancy.teams.iter()
    }

    pub fn team(&self, id: Uuid) -> Option<&Team> {
        self.tenancy.teams.get(id)
    }

    pub fn team_mut(&mut self, id: Uuid) -> Option<&mut Team> {
        self.tenancy.teams.get_mut(id)
    }

    /// Makes a team in a domain.
    ///
    /// # Errors
    /// When the domain has one of that name, or is disabled.
    pub fn add_team(
        &mut self,
        ids: &mut Ids,
        domain: &Project,
        draft: Team,
    ) -> Result<Uuid, Fault> {
        self.check_team_name(domain.id, &draft.name)?;
        // An account may have the same name; projects may not.
        let is_taken = self.projects.named(Some(domain.id), &draft.name).is_some();
        let name: Arc<str> = match is_taken {
            true => format!("PrjAcct-{}-{}", draft.name, self.projects_made + 1).into(),
            false => draft.name.clone(),
        };
        let change = ProjectChange {
            name: Some(name),
            ..ProjectChange::default()
        };
        let id = self.create_project(ids, domain, change)?.id;
        self.tenancy.teams.insert(id, Team { id, ..draft });
        Ok(id)
    }

    /// # Errors
    /// When the domain has a team of that name.
    pub fn check_team_name(&self, domain: Uuid, name: &str) -> Result<(), Fault> {
        let is_there = self.teams().any(|team| {
            let project = self.projects.get(team.id);
            *team.name == *name && project.is_some_and(|project| project.domain == Some(domain))
        });
        match is_there {
            false => Ok(()),
            true => Err(invalid(format!(
                "Project with name {name} already exists in domain id={domain}"
            ))),
        }
    }

    /// Removes a team; its things have to be gone.
    ///
    /// # Errors
    /// When projects stand below its own.
    pub fn remove_team(&mut self, project: &Project) -> Result<(), Fault> {
        self.delete_project(project)?;
        self.tenancy.teams.remove(project.id);
        self.forget_invitations(|it| it.team == project.id);
        Ok(())
    }

    /// Takes an account out of all teams.
    pub(super) fn leave_teams(&mut self, account: Uuid) {
        for team in self.tenancy.teams.iter_mut() {
            team.members.retain(|member| member.account != account);
        }
        self.forget_invitations(|it| it.member.account == account);
    }
}
