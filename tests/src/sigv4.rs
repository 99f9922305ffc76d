//! Verifies the signature of a received request after AWS's description of Signature Version 4, from
//! nothing but its bytes. Independent of the SDK's signer:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::http_server::HttpRequest;

/// The key that a request must be signed with.
#[derive(Clone, Copy, Debug)]
pub struct SigningKey<'a> {
    /// The id of the access key.
    pub id: &'a str,
    /// The secret access key.
    pub secret: &'a str,
}

/// Checks the signature of a request. Returns its scope: `region/service`.
///
/// # Errors
///
/// If it is not signed with this key, with the reason.
pub fn verify(request: &HttpRequest, key: SigningKey<'_>) -> Result<String, String> {
    let header = |name: &str| {
        let value = request.headers.get(name).map(String::as_str);
        value.ok_or_else(|| format!("no header {name}"))
    };
    let authorization = header("authorization")?;
    let fields = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .ok_or("another algorithm")?;
    let field = |name: &str| {
        let mut fields = fields.split(',').map(str::trim);
        let value = fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        value.ok_or_else(|| format!("no {name}"))
    };
    let scope = field("Credential")?
        .strip_prefix(key.id)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or("another key")?;
    let [date, region, service, "aws4_request"] = scope.split('/').collect::<Vec<_>>()[..] else {
        return Err(format!("the scope {scope}"));
    };
    let names: Vec<&str> = field("SignedHeaders")?.split(';').collect();
    if !names.contains(&"host") || !names.is_sorted() {
        return Err(format!("the signed headers {names:?}"));
    }
    let mut headers = String::new();
    for name in &names {
        let value: Vec<&str> = header(name)?.split_whitespace().collect();
        // Writing to a string cannot fail.
        let _ = writeln!(headers, "{name}:{}", value.join(" "));
    }
    let body = shared::hex::text(&Sha256::digest(&request.bytes));
    if let Some(claimed) = request.headers.get("x-amz-content-sha256")
        && *claimed != body
    {
        return Err(format!("the hash of the body is {body}, not {claimed}"));
    }
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let canonical = [
        &request.method,
        // The path as it is on the wire, encoded once more.
        &encoded(path, b"/"),
        &canonical_query(query),
        &headers,
        &names.join(";"),
        &body,
    ]
    .map(String::as_str)
    .join("\n");
    let time = header("x-amz-date")?;
    if !time.starts_with(date) {
        return Err(format!("the date {time} is not of the scope {scope}"));
    }
    let hash = shared::hex::text(&Sha256::digest(&canonical));
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
    let mut derived = format!("AWS4{}", key.secret).into_bytes();
    for part in [date, region, service, "aws4_request", &text] {
        derived = authenticated(&derived, part);
    }
    let expected = shared::hex::text(&derived);
    if field("Signature")? == expected {
        Ok(format!("{region}/{service}"))
    } else {
        Err(format!("another signature than that of\n{canonical}"))
    }
}

fn authenticated(key: &[u8], text: &str) -> Vec<u8> {
    let mut code = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    code.update(text.as_bytes());
    code.finalize().into_bytes().to_vec()
}

/// The parameters by their encoded names and values.
fn canonical_query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(String, String)> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encoded(&decoded(name), b""), encoded(&decoded(value), b""))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Everything but unreserved characters in percent form.
fn encoded(text: &str, also: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || also.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let pair = |rest: &mut std::str::Bytes<'_>| {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
        };
        match byte {
            b'%' => bytes.extend(pair(&mut rest)),
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{HttpRequest, SigningKey, verify};

    /// The key of AWS's test suite and of its examples.
    const KEY: SigningKey<'_> = SigningKey {
        id: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };

    fn request(
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        service: &str,
        signature: &str,
    ) -> HttpRequest {
        let mut headers: BTreeMap<String, String> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        headers.insert("x-amz-date".to_owned(), "20150830T123600Z".to_owned());
        let names: Vec<&str> = headers.keys().map(String::as_str).collect();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            names.join(";")
        );
        headers.insert("authorization".to_owned(), authorization);
        HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            headers,
            body: String::new(),
            bytes: Vec::new(),
            sent_bytes: 0,
        }
    }

    #[test]
    fn the_published_examples_are_verified() {
        let host = ("host", "example.amazonaws.com");
        let iam = [
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
            ("host", "iam.amazonaws.com"),
        ];
        // get-vanilla, get-vanilla-query-order-key-case and post-vanilla of the test suite for Signature
        // Version 4, and the example of the documentation.
        for (method, path, headers, service, signature) in [
            (
                "GET",
                "/",
                &[host][..],
                "service",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "GET",
                "/?Param2=value2&Param1=value1",
                &[host],
                "service",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
            (
                "POST",
                "/",
                &[host],
                "service",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "GET",
                "/?Action=ListUsers&Version=2010-05-08",
                &iam,
                "iam",
                "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            ),
        ] {
            let signed = request(method, path, headers, service, signature);
            assert_eq!(
                verify(&signed, KEY),
                Ok(format!("us-east-1/{service}")),
                "{path}"
            );
            let mut changed = signed.clone();
            changed.bytes = b"x".to_vec();
            assert!(verify(&changed, KEY).is_err());
            let mut changed = signed.clone();
            changed.path.push_str("%20");
            assert!(verify(&changed, KEY).is_err());
            let other = SigningKey {
                secret: "other",
                ..KEY
            };
            assert!(verify(&signed, other).is_err());
        }
    }
}
