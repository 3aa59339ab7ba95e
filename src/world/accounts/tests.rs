use super::*;
use crate::vocabulary::fault::FaultKind;
use crate::world::ids::Ids;
use chrono::DateTime;

fn accounts() -> Accounts {
    let admin = AccountPlan {
        user: "admin".into(),
        password: Some("password".into()),
        project: Some("admin".into()),
        admin: true,
        api_key: Some("key".into()),
        secret_key: Some("secret".into()),
    };
    let blueprint = Blueprint {
        accounts: vec![admin],
        ..crate::world::tests::blueprint()
    };
    Accounts::new(&blueprint, &["RegionOne".into()])
}

fn log_in(
    accounts: &mut Accounts,
    name: &str,
    project: &str,
) -> Result<(String, Arc<Session>), Fault> {
    let user = accounts.check_password(DEFAULT_DOMAIN, name, "password")?;
    let project = accounts
        .enter_project(&user, DEFAULT_DOMAIN, project)
        .ok_or_else(fault::unauthorized)?;
    let now = DateTime::UNIX_EPOCH;
    let proof = Proof::by(user, "password");
    accounts.issue(&mut Ids::new(7), now, proof, Scope::Project(project))
}

fn role_names(session: &Session) -> Vec<&str> {
    session.roles().iter().map(|role| &*role.name).collect()
}

fn change<T: serde::de::DeserializeOwned>(said: Value) -> T {
    serde_json::from_value(said).expect("a change")
}

/// A user that was made by a call, with a password.
fn made(accounts: &mut Accounts, name: &str) -> Arc<User> {
    let said = serde_json::json!({"name": name, "password": "password", "email": "x@y"});
    accounts
        .create_user(&mut Ids::new(11), DEFAULT_DOMAIN, change(said))
        .expect("a user")
}

fn is_good(accounts: &mut Accounts, token: &str) -> bool {
    accounts.session(token, DateTime::UNIX_EPOCH).is_some()
}

#[test]
fn unknown_names_make_accounts_and_declared_ones_are_checked() {
    let mut accounts = accounts();
    let mut check = |name: &str, password: &str| {
        let user = accounts.check_password(DEFAULT_DOMAIN, name, password);
        user.map(|user| user.number).map_err(|fault| fault.kind)
    };
    assert_eq!(check("admin", "password"), Ok(1));
    assert_eq!(check("joe", "anything"), Ok(2));
    assert_eq!(check("admin", "wrong"), Err(FaultKind::Unauthorized));
    assert_eq!(
        accounts.user_by_api_key("key").map(|user| user.number),
        Some(1)
    );
}

#[test]
fn an_open_account_makes_projects_but_does_not_enter_those_of_others() {
    let mut accounts = accounts();
    let (_, session) = log_in(&mut accounts, "joe", "demo").expect("a new project");
    assert_eq!(role_names(&session), ["member", "reader"]);
    assert!(log_in(&mut accounts, "joe", "joe").is_ok());
    assert!(log_in(&mut accounts, "eve", "demo").is_err());
    assert!(log_in(&mut accounts, "eve", "admin").is_err());
    let (_, session) = log_in(&mut accounts, "admin", "demo").expect("an administrator");
    assert!(session.is_admin());
}

#[test]
fn a_user_made_by_a_call_works_only_where_it_has_a_role() {
    let mut accounts = accounts();
    let user = made(&mut accounts, "bob");
    assert!(
        accounts
            .check_password(DEFAULT_DOMAIN, "bob", "wrong")
            .is_err()
    );
    assert!(log_in(&mut accounts, "bob", "new").is_err());
    let project = accounts.project_named("shared");
    assert!(log_in(&mut accounts, "bob", "shared").is_err());
    let grant = Grant {
        target: Target::Project(project.id),
        role: first_role_id("manager"),
        is_inherited: false,
    };
    accounts
        .grant(Actor::User(user.id), grant)
        .expect("granted");
    let (token, session) = log_in(&mut accounts, "bob", "shared").expect("a session");
    assert_eq!(role_names(&session), ["manager", "member", "reader"]);
    accounts
        .revoke_grant(Actor::User(user.id), grant)
        .expect("revoked");
    assert!(!is_good(&mut accounts, &token));
}

#[test]
fn tokens_end_when_revoked_and_when_their_time_is_over() {
    let mut accounts = accounts();
    let (token, session) = log_in(&mut accounts, "joe", "joe").expect("a session");
    let later = session.issued + Duration::from_secs(3600);
    assert!(is_good(&mut accounts, &token));
    assert!(accounts.session(&token, later).is_none());
    let proof = Proof {
        parent: Some(session.clone()),
        ..Proof::by(session.user.clone(), "token")
    };
    let (rescoped, child) = accounts
        .issue(&mut Ids::new(1), later, proof, Scope::None)
        .expect("a session");
    assert_eq!(child.expires, session.expires);
    assert_eq!(child.audit_ids[1], session.audit_ids[0]);
    assert!(accounts.revoke(&rescoped) && !accounts.revoke(&rescoped));
}

#[test]
fn what_a_token_has_lost_is_told_even_when_it_was_revoked() {
    let mut accounts = accounts();
    let (token, _) = log_in(&mut accounts, "joe", "joe").expect("a session");
    assert!(accounts.loss(&token).is_none() && accounts.loss("x").is_none());
    accounts.revoke(&token);
    let project = accounts.project_named("joe");
    accounts.delete_project(&project).expect("deleted");
    let told = accounts.loss(&token).map(|fault| fault.message);
    let id = id_text(project.id);
    assert_eq!(told, Some(format!("Could not find project: {id}.")));
}

#[test]
fn tokens_go_with_what_they_rest_on() {
    let undo: [fn(&mut Accounts, &User); 6] = [
        |accounts, user| {
            let id = id_text(user.id);
            accounts
                .change_password(&id, "password", "new")
                .expect("changed");
        },
        |accounts, user| {
            let said = serde_json::json!({"enabled": false});
            accounts
                .update_user(&id_text(user.id), change(said))
                .expect("disabled");
        },
        |accounts, user| accounts.delete_user(&id_text(user.id)).expect("deleted"),
        |accounts, _| {
            let project = accounts.project_named("shared");
            let said = serde_json::json!({"enabled": false});
            accounts
                .update_project(&project, change(said))
                .expect("disabled");
        },
        |accounts, _| {
            let project = accounts.project_named("shared");
            accounts.delete_project(&project).expect("deleted");
        },
        |accounts, user| {
            let group = accounts.groups.iter().next().expect("a group").id;
            let (group, user) = (id_text(group), id_text(user.id));
            accounts
                .set_member(&group, &user, false)
                .expect("out of it");
        },
    ];
    for undo in undo {
        let mut accounts = accounts();
        let user = made(&mut accounts, "bob");
        let project = accounts.project_named("shared");
        let said = serde_json::json!({"name": "team"});
        let group = accounts
            .create_group(&mut Ids::new(2), DEFAULT_DOMAIN, change(said))
            .expect("a group");
        let (group_id, user_id) = (id_text(group.id), id_text(user.id));
        accounts
            .set_member(&group_id, &user_id, true)
            .expect("in it");
        let grant = Grant {
            target: Target::Project(project.id),
            role: first_role_id("member"),
            is_inherited: false,
        };
        accounts
            .grant(Actor::Group(group.id), grant)
            .expect("granted");
        let (token, _) = log_in(&mut accounts, "bob", "shared").expect("a session");
        assert!(is_good(&mut accounts, &token));
        undo(&mut accounts, &user);
        assert!(!is_good(&mut accounts, &token));
    }
}

#[test]
fn a_role_inherited_from_above_holds_below_and_not_there() {
    let mut accounts = accounts();
    let user = made(&mut accounts, "bob");
    let mut ids = Ids::new(3);
    let top = accounts.project_named("top");
    let said = serde_json::json!({"name": "below"});
    let below = accounts
        .create_project(&mut ids, &top, change(said))
        .expect("a project");
    let grant = Grant {
        target: Target::Project(top.id),
        role: first_role_id("reader"),
        is_inherited: true,
    };
    accounts
        .grant(Actor::User(user.id), grant)
        .expect("granted");
    assert!(
        accounts
            .roles_at(user.id, Target::Project(top.id))
            .is_empty()
    );
    assert_eq!(
        accounts.roles_at(user.id, Target::Project(below.id)).len(),
        1
    );
    assert!(accounts.delete_project(&top).is_err());
}

#[test]
fn a_domain_is_deleted_only_when_disabled_and_with_all_that_is_in_it() {
    let mut accounts = accounts();
    let mut ids = Ids::new(4);
    let id = ids.uuid();
    let said = |name: &str| change(serde_json::json!({ "name": name }));
    let domain = accounts.create_domain(id, said("d")).expect("a domain");
    let project = accounts
        .create_project(&mut ids, &domain, said("p"))
        .expect("a project");
    let user = change(serde_json::json!({"name": "u", "password": "x"}));
    let user = accounts.create_user(&mut ids, id, user).expect("a user");
    assert!(accounts.create_domain(ids.uuid(), said("d")).is_err());
    let told = accounts
        .delete_project(&domain)
        .expect_err("it is enabled")
        .message;
    assert_eq!(
        told,
        "Cannot delete a domain that is enabled, please disable it first."
    );
    let off = change(serde_json::json!({"enabled": false}));
    let domain = accounts.update_project(&domain, off).expect("disabled");
    assert!(accounts.check_password(id, "u", "x").is_err());
    accounts.delete_project(&domain).expect("deleted");
    assert!(accounts.user(user.id).is_none() && accounts.project(project.id).is_none());
}

#[test]
fn what_is_immutable_stays() {
    let mut accounts = accounts();
    let id = id_text(first_role_id("member"));
    assert!(accounts.delete_role(&id).is_err());
    let free = change(serde_json::json!({"options": {"immutable": false}}));
    accounts.update_role(&id, free).expect("free");
    accounts.delete_role(&id).expect("deleted");
}

#[test]
fn a_record_stands_and_falls_with_what_it_names() {
    let mut accounts = accounts();
    let records = &mut accounts.records;
    let record = |said: Value| said.as_object().cloned().expect("an object");
    let endpoint = record(serde_json::json!({"service_id": "nope", "region_id": "RegionOne"}));
    assert!(records.put(Kind::Endpoint, "e", endpoint).is_err());
    let service = record(serde_json::json!({"type": "t"}));
    records.put(Kind::Service, "s", service).expect("kept");
    let endpoint = record(serde_json::json!({"service_id": "s", "region_id": "RegionOne"}));
    records.put(Kind::Endpoint, "e", endpoint).expect("kept");
    assert!(records.remove(Kind::Region, "RegionOne").is_err());
    records.remove(Kind::Service, "s").expect("removed");
    assert!(records.get(Kind::Endpoint, "e").is_none());
}
