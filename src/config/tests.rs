use super::*;
use crate::vocabulary::profile::Profile;
use crate::world::start::blueprint::Auth;

/// The settings of this file, or its findings as `line:column code message | help`.
fn read(text: &str) -> Result<Config, Vec<String>> {
    let source = Source::new("mimic.toml", text);
    document::read(DEFAULTS, &source).map_err(|findings| findings.iter().map(shown).collect())
}

fn shown(finding: &Diagnostic) -> String {
    let Diagnostic { code, message, .. } = finding;
    let (line, column) = finding
        .location
        .source
        .position(finding.location.span.start);
    let help = finding.help.as_deref().unwrap_or("-");
    format!("{line}:{column} {code} {message} | {help}")
}

#[test]
fn the_defaults_are_a_cloud_that_a_client_can_use() {
    let config = Config::default();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8900");
    assert_eq!(config.body_limit, Size(16 << 20));
    assert_eq!(config.clock, None);
    let Blueprint {
        flavors,
        images,
        accounts,
        ..
    } = &config.cloud;
    assert_eq!(config.cloud.regions, ["RegionOne"]);
    let flavors: Vec<_> = flavors.iter().map(|flavor| &*flavor.id).collect();
    assert_eq!(flavors, ["1", "2", "3", "4", "5"]);
    assert_eq!(images.len(), 3);
    assert!(accounts[0].admin && accounts[0].api_key.is_some());
    assert_eq!(read("").as_ref(), Ok(&config));
}

#[test]
fn tables_are_laid_over_and_arrays_take_their_place() {
    let config = read(
        "listen = \"[::1]:9\"\n\
         seed = 7\n\
         clock = \"scale 60\"\n\
         [cloud]\n\
         regions = [\"a\", \"b\"]\n\
         [[cloud.flavors]]\n\
         id = \"x\"\nname = \"only\"\ncpus = 1\nmemory = 1\ndisk = 1\n\
         [cloud.limits]\n\
         servers = 3\n",
    )
    .expect("no findings");
    let defaults = Config::default();
    assert_eq!(config.listen.to_string(), "[::1]:9");
    assert_eq!(
        (config.seed, config.clock),
        (Some(7), Some(ClockMode::Scale(60.0)))
    );
    assert_eq!(config.cloud.regions, ["a", "b"]);
    assert_eq!(config.cloud.flavors.len(), 1);
    assert_eq!(
        (config.cloud.limits.servers, config.cloud.limits.cpus),
        (3, -1)
    );
    assert_eq!(config.cloud.images, defaults.cloud.images);
    assert_eq!(config.cloud.tokens, defaults.cloud.tokens);
}

#[test]
fn a_profile_has_defaults_of_its_own() {
    let config = read("[cloud]\nprofile = \"rackspace\"\nauth = \"open\"\n").expect("no findings");
    assert_eq!(config.cloud.profile, Profile::Rackspace);
    assert_eq!(config.cloud.regions, ["ORD", "DFW", "IAD"]);
    assert_eq!(config.cloud.accounts[0].project.as_deref(), Some("123456"));
    assert_eq!(config.cloud.auth, Auth::Open);
    assert_eq!(
        config.cloud.limits.storage,
        Config::default().cloud.limits.storage
    );
    let regions =
        read("[cloud]\nprofile = \"rackspace\"\nregions = [\"LON\"]\n").expect("no findings");
    assert_eq!(regions.cloud.regions, ["LON"]);
    assert_eq!(
        read("[cloud]\nprofile = \"azure\"\n").expect_err("a finding"),
        ["2:11 C003 unknown variant `azure`, expected `openstack` or `rackspace` | -"]
    );
}

/// Bug 11 of the original: its images had other ids at each start.
#[test]
fn rackspace_has_its_flavors_and_images_with_ids_that_stay() {
    let config = read("[cloud]\nprofile = \"rackspace\"\n").expect("no findings");
    let Blueprint {
        flavors,
        images,
        networks,
        limits,
        ..
    } = config.cloud;
    assert_eq!((flavors.len(), images.len()), (38, 52));
    let general = flavors.iter().find(|flavor| flavor.id == "general1-1");
    let general = general.expect("a flavor");
    assert_eq!(
        (&*general.name, general.memory, general.disk, general.cpus),
        ("1 GB General Purpose v1", 1024, 20, 1)
    );
    assert_eq!(general.rxtx_factor, Some(200.0));
    assert_eq!(general.extra_specs["class"], "general1");
    let trusty = images
        .iter()
        .find(|image| image.name == "Ubuntu 14.04 LTS (Trusty Tahr) (PVHVM)");
    let trusty = trusty.expect("an image");
    assert_eq!((trusty.min_ram, trusty.min_disk), (512, 20));
    assert_eq!(
        trusty.properties["org.openstack__1__os_distro"],
        "org.ubuntu"
    );
    let ids: std::collections::BTreeSet<_> = images.iter().filter_map(|image| image.id).collect();
    assert_eq!(ids.len(), images.len());
    let networks: Vec<_> = networks.iter().map(|network| &*network.name).collect();
    assert_eq!(networks, ["public", "private"]);
    assert_eq!(limits.metadata_items, 40);
}

#[test]
fn every_unknown_key_is_found() {
    let findings = read(
        "listne = \"x\"\n\
         [cloud]\n\
         flavours = []\n\
         [cloud.limits]\n\
         bananas = 3\n\
         [[cloud.accounts]]\n\
         user = \"x\"\n\
         passwort = \"y\"\n",
    )
    .expect_err("findings");
    assert_eq!(
        findings,
        [
            "1:1 C002 there is no setting `listne` here | did you mean `listen`?",
            "3:1 C002 there is no setting `flavours` here | did you mean `flavors`?",
            "5:1 C002 there is no setting `bananas` here | \
             known here: servers, cpus, memory, keypairs, metadata_items, image_bytes, storage, network",
            "8:1 C002 there is no setting `passwort` here | did you mean `password`?",
        ]
    );
}

#[test]
fn wrong_values_have_a_place() {
    for (text, expected) in [
        (
            "clock = \"fast\"",
            "1:9 C003 a clock is `real`, `frozen`, `elastic` or `scale N`, N from 0.001 to 1000000 | -",
        ),
        (
            "\nseed = \"x\"",
            "2:8 C003 invalid type: string \"x\", expected u64 | -",
        ),
        (
            "listen = \"8900\"",
            "1:10 C003 an address and a port are needed, like 127.0.0.1:8900 | -",
        ),
        (
            "body_limit = 5",
            "1:14 C003 invalid type: integer `5`, expected a string | -",
        ),
        (
            "[[cloud.accounts]]\nadmin = true",
            "1:1 C003 missing field `user` | -",
        ),
    ] {
        assert_eq!(read(text).expect_err(text), [expected]);
    }
}

#[test]
fn every_syntax_error_is_found() {
    let findings = read("seed = \nlisten = = 3\n").expect_err("findings");
    for line in ["1:", "2:"] {
        assert!(
            findings.iter().any(|finding| finding.starts_with(line)),
            "{findings:?}"
        );
    }
}

#[test]
fn paths_are_relative_to_the_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mimic.toml");
    std::fs::write(&path, "scenarios = [\"a\", \"/b\"]").expect("written");
    let config = Config::load(&path).expect("settings");
    assert_eq!(config.scenarios, [directory.path().join("a"), "/b".into()]);
    let missing = Config::load(&directory.path().join("none.toml"));
    assert!(matches!(missing, Err(ConfigError::Unreadable { .. })));
}
