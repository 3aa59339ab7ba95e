//! The keys themselves.

use md5::{Digest, Md5};
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey, PublicKey};

use crate::vocabulary::fault::{Fault, FaultKind};

/// A public key as it is shown.
pub(super) struct Public {
    pub(super) text: String,
    pub(super) fingerprint: String,
}

/// Makes a key pair out of random bytes: the public key, and the private one for `ssh` to read.
///
/// Nova makes RSA keys. Ed25519 keys serve the same clients and take no time to make.
pub(super) fn generate(seed: [u8; 32]) -> Result<(Public, String), Fault> {
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

/// Takes a public key in OpenSSH's form, as it was sent.
pub(super) fn import(text: &str) -> Result<Public, Fault> {
    let key = PublicKey::from_openssh(text.trim()).map_err(|_| invalid())?;
    Ok(Public {
        fingerprint: fingerprint(&key)?,
        text: text.to_owned(),
    })
}

/// Takes a certificate as it was sent.
pub(super) fn certificate(text: &str) -> Result<Public, Fault> {
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
