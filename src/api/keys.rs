//! The keys themselves.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey, PublicKey};

use crate::vocabulary::fault::{Fault, FaultKind};

/// A public key as it is shown.
pub(crate) struct Public {
    pub(crate) text: String,
    pub(crate) fingerprint: String,
}

/// Makes a key pair out of random bytes: the public key, and the private one for `ssh` to read.
///
/// Nova makes RSA keys. Ed25519 keys serve the same clients and take no time to make.
pub(crate) fn generate(seed: [u8; 32]) -> Result<(Public, String), Fault> {
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&seed));
    let key = PrivateKey::new(pair, "Generated-by-Nova").map_err(broken)?;
    let private = key.to_openssh(LineEnding::LF).map_err(broken)?;
    let public = key.public_key();
    let text = public.to_openssh().map_err(broken)?;
    Ok((
        Public {
            text,
            fingerprint: fingerprint(public)?,
        },
        private.to_string(),
    ))
}

fn broken(error: ssh_key::Error) -> Fault {
    Fault::new(
        FaultKind::Internal,
        format!("Key pair generation failed: {error}"),
    )
}

/// The kinds of public keys that are taken.
const KINDS: &[&str] = &[
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
];

/// Takes a public key in OpenSSH's form, as it was sent: its kind, and the key in base64, which begins with
/// its kind again.
pub(crate) fn import(text: &str) -> Result<Public, Fault> {
    let mut words = text.split_ascii_whitespace();
    let (kind, key) = words.next().zip(words.next()).ok_or_else(invalid)?;
    let key = STANDARD.decode(key).map_err(|_| invalid())?;
    let named = key
        .split_first_chunk::<4>()
        .and_then(|(length, rest)| rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?));
    if named != Some(kind.as_bytes()) || !KINDS.contains(&kind) {
        return Err(invalid());
    }
    Ok(Public {
        fingerprint: pairs(&Md5::digest(&key)),
        text: text.to_owned(),
    })
}

/// Takes a certificate as it was sent.
pub(crate) fn certificate(text: &str) -> Result<Public, Fault> {
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(invalid());
    }
    Ok(Public {
        fingerprint: pairs(&Md5::digest(text)),
        text: text.to_owned(),
    })
}

fn invalid() -> Fault {
    Fault::bad_request("Keypair data is invalid: failed to generate fingerprint")
}

/// MD5 of the key, which is what Nova shows.
fn fingerprint(key: &PublicKey) -> Result<String, Fault> {
    let bytes = key.to_bytes().map_err(|_| invalid())?;
    Ok(pairs(&Md5::digest(bytes)))
}

fn pairs(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_can_be_imported_again() {
        let (public, private) = generate([7; 32]).expect("a key pair");
        assert!(private.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
        assert!(public.text.starts_with("ssh-ed25519 "));
        let imported = import(&public.text).expect("a public key");
        assert_eq!(imported.fingerprint, public.fingerprint);
        assert_eq!(public.fingerprint.len(), 47);
        assert!(import("nope").is_err());
        assert!(import("ssh-rsa AAAAB3NzaC1kc3M=").is_err());
        let p384 = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBHap522484w22vDg45PA\
                    dCljbeWqLdRgriKsIYo9yslmBCvjno3b5jjRnHKYx2OsAuKHTXWWLTj5JtQchPW2m1jtrWcRPh2s7qarPcqBae9PmJeR\
                    vXE4YEpjW9LG0ed07Q==";
        assert!(import(p384).is_ok());
    }

    #[test]
    fn keys_of_each_kind_can_be_imported() {
        let ecdsa = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBPDuwHuONURv\
                     wCJUOXf3y3rqmiPQU9hX5vVQ7af9/hc0vbL3l/rMCU4T4V0BTCGS7Q/ursvLmUljsCWkBr2nBD3TvK1qXCUk\
                     UMiCbIYGn9i0BAfa3YcsnXPXay2q3FPv3w==";
        let imported = import(ecdsa).expect("a public key");
        assert_eq!(
            imported.fingerprint,
            "a4:fe:e4:65:6b:d9:09:1c:2c:9a:5b:e8:95:73:3c:c0"
        );
    }
}
