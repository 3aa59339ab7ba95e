//! What clients of a simulator must know of it, as environment variables.

use crate::world::start::blueprint::{AccountPlan, Blueprint};

/// The variables that point usual clients at the simulator at `url`, as its first admin.
///
/// OpenStack's clients read `OS_*`, CloudStack's `cs` reads `CLOUDSTACK_*`, and the other sub-commands read
/// `MIMIC_URL`.
pub fn client_environment(url: &str, cloud: &Blueprint) -> Vec<(&'static str, String)> {
    let admin = cloud.accounts.iter().find(|account| account.admin);
    let mut variables = openstack(url, cloud, admin.or(cloud.accounts.first()));
    if let Some(AccountPlan {
        api_key: Some(key),
        secret_key: Some(secret),
        ..
    }) = admin
    {
        variables.extend([
            ("CLOUDSTACK_ENDPOINT", format!("{url}/client/api")),
            ("CLOUDSTACK_KEY", key.clone()),
            ("CLOUDSTACK_SECRET", secret.clone()),
        ]);
    }
    variables.push(("MIMIC_URL", url.to_owned()));
    variables
}

fn openstack(
    url: &str,
    cloud: &Blueprint,
    account: Option<&AccountPlan>,
) -> Vec<(&'static str, String)> {
    // Where none is declared, any will do.
    let user = account.map_or("admin", |account| &account.user);
    let password = account.and_then(|account| account.password.as_deref());
    let project = account.and_then(|account| account.project.as_deref());
    let mut variables = vec![
        ("OS_AUTH_URL", format!("{url}/identity/v3")),
        ("OS_USERNAME", user.to_owned()),
        ("OS_PASSWORD", password.unwrap_or("password").to_owned()),
        ("OS_PROJECT_NAME", project.unwrap_or(user).to_owned()),
        ("OS_USER_DOMAIN_NAME", "Default".to_owned()),
        ("OS_PROJECT_DOMAIN_NAME", "Default".to_owned()),
        ("OS_IDENTITY_API_VERSION", "3".to_owned()),
    ];
    let region = cloud.regions.first();
    variables.extend(region.map(|region| ("OS_REGION_NAME", region.clone())));
    variables
}

/// `export NAME=value`, quoted where a shell needs it.
pub(super) fn export_line(name: &str, value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,=".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        format!("export {name}={value}")
    } else {
        format!("export {name}='{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn clients_are_pointed_at_the_first_admin() {
        let mut cloud = Config::default().cloud;
        let mut user = cloud.accounts[0].clone();
        user.admin = false;
        user.user = "somebody".to_owned();
        cloud.accounts.insert(0, user);
        let lines: Vec<String> = client_environment("http://127.0.0.1:1", &cloud)
            .iter()
            .map(|(name, value)| export_line(name, value))
            .collect();
        assert_eq!(
            lines,
            [
                "export OS_AUTH_URL=http://127.0.0.1:1/identity/v3",
                "export OS_USERNAME=admin",
                "export OS_PASSWORD=password",
                "export OS_PROJECT_NAME=admin",
                "export OS_USER_DOMAIN_NAME=Default",
                "export OS_PROJECT_DOMAIN_NAME=Default",
                "export OS_IDENTITY_API_VERSION=3",
                "export OS_REGION_NAME=RegionOne",
                "export CLOUDSTACK_ENDPOINT=http://127.0.0.1:1/client/api",
                "export CLOUDSTACK_KEY=mimic-admin-api-key",
                "export CLOUDSTACK_SECRET=mimic-admin-secret-key",
                "export MIMIC_URL=http://127.0.0.1:1",
            ]
        );
    }

    #[test]
    fn values_are_quoted_for_the_shell() {
        assert_eq!(export_line("A", "it's"), r"export A='it'\''s'");
        assert_eq!(export_line("A", ""), "export A=''");
    }
}
