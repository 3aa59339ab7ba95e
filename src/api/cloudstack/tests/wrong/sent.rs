//! One request, in any of the forms that there are, and what comes of it.

use http::Method;
use http::header::CONTENT_TYPE;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use crate::api::Reply;
use crate::api::cloudstack::catalog::Command;
use crate::api::cloudstack::tests::{Cloud, request};
use crate::api::cloudstack::{envelope, signature};

/// Who calls; without keys, nobody that is known.
pub(super) struct Caller {
    pub(super) name: &'static str,
    pub(super) standing: Standing,
    pub(super) keys: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Root,
    /// An administrator of a domain.
    Steward,
    User,
    Nobody,
}

/// How a request is sent, and its answer asked for.
#[derive(Debug, Clone)]
pub(super) struct Form(Method, &'static str);

pub(super) const FORMS: [Form; 4] = [
    Form(Method::GET, "json"),
    Form(Method::POST, "json"),
    Form(Method::GET, "xml"),
    Form(Method::POST, "xml"),
];

#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) command: &'static Command,
    pub(super) caller: &'a Caller,
    pub(super) params: &'a [(String, String)],
    pub(super) form: &'a Form,
}

/// The status, and what stands under the answer's one name.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) status: u16,
    root: String,
    code: Option<u16>,
    pub(super) class: Option<u16>,
    pub(super) text: String,
}

impl Sent<'_> {
    /// Sends it; whatever goes wrong on the way is told with what was sent.
    pub(super) fn to(self, cloud: &mut Cloud) -> Came {
        let told = Told(self);
        let Form(method, form) = self.form;
        let mut all = vec![("command", self.command.name), ("response", form)];
        all.extend(self.params.iter().map(|(name, value)| (&**name, &**value)));
        let signature = self.caller.keys.as_ref().map(|(key, secret)| {
            all.push(("apiKey", key));
            signature::sign(&all, secret)
        });
        all.extend(signature.as_deref().map(|it| ("signature", it)));
        let sent = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(all)
            .finish();
        let reply = cloud.send(match *method {
            Method::POST => request(Method::POST, "", &sent),
            _ => request(Method::GET, &sent, ""),
        });
        let came = match *form {
            "xml" => in_xml(&reply),
            _ => in_json(&reply),
        };
        self.check(&came);
        drop(told);
        came
    }

    /// Whether an answer has the form that the service's have.
    fn check(self, came: &Came) {
        let root = match came.status {
            432 => "errorresponse".to_owned(),
            _ => envelope::response_name(self.command.name),
        };
        assert_eq!(came.root, root);
        if came.status == 200 {
            return assert_eq!(came.code, None);
        }
        assert!(
            matches!(came.status, 401 | 431 | 432 | 530..=537),
            "{came:?}"
        );
        assert_eq!(came.code, Some(came.status));
        assert_eq!(came.class.is_some(), came.status != 401, "{came:?}");
        assert!(!came.text.is_empty());
    }
}

/// Tells what was sent, should the test end before it is dropped.
struct Told<'a>(Sent<'a>);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Sent {
                command,
                caller,
                params,
                form,
            } = &self.0;
            eprintln!("{} by {}, {form:?}: {params:?}", command.name, caller.name);
        }
    }
}

fn in_json(reply: &Reply) -> Came {
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let mut members = body.as_object().expect("an object").iter();
    let (root, content) = members.next().expect("a root");
    assert!(members.next().is_none(), "{body}");
    let number = |name: &str| content[name].as_u64().and_then(|it| it.try_into().ok());
    Came {
        status: reply.status.as_u16(),
        root: root.clone(),
        code: number("errorcode"),
        class: number("cserrorcode"),
        text: content["errortext"].as_str().unwrap_or_default().to_owned(),
    }
}

fn in_xml(reply: &Reply) -> Came {
    assert_eq!(reply.headers[CONTENT_TYPE], "text/xml; charset=UTF-8");
    let elements = elements(std::str::from_utf8(&reply.body).expect("UTF-8"));
    let member = |name: &str| {
        let path = [&*elements[0].0[0], name];
        let found = elements.iter().find(|(known, _)| *known == path);
        found.map(|(_, text)| text.clone())
    };
    let number = |name: &str| member(name).and_then(|text| text.parse().ok());
    Came {
        status: reply.status.as_u16(),
        root: elements[0].0[0].clone(),
        code: number("errorcode"),
        class: number("cserrorcode"),
        text: member("errortext").unwrap_or_default(),
    }
}

/// The elements of a document, each with its path and its own text.
fn elements(document: &str) -> Vec<(Vec<String>, String)> {
    let mut reader = Reader::from_str(document);
    let (mut path, mut elements) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                elements.push((path.clone(), String::new()));
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => {
                let (_, own) = elements.last_mut().expect("an element");
                own.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty(), "{path:?}");
    elements
}
