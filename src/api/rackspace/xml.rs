//! How the load balancers' documents are written in XML.

use http::StatusCode;
use serde_json::Value;

use super::fault;
use crate::api::xml::{Grammar, List, PLAIN, bare, list};

pub(super) const GRAMMAR: Grammar = Grammar {
    namespace: "http://docs.openstack.org/loadbalancers/api/v1.0",
    lists: &[
        list("loadBalancers", "loadBalancer"),
        list("nodes", "node"),
        list("virtualIps", "virtualIp"),
        list("accessList", "networkItem"),
        list("metadata", "meta"),
        list("certificateMappings", "certificateMapping"),
        list("securityProtocols", "securityProtocol"),
        list("ciphers", "cipher"),
        list("algorithms", "algorithm"),
        list("protocols", "protocol"),
        list("allowedDomains", "allowedDomain"),
        list("limitTypes", "limitType"),
        list("nodeServiceEvents", "nodeServiceEvent"),
        list("ipv4Publicnets", "ipv4Public"),
        list("ipv4Servicenets", "ipv4Servicenet"),
        list("ipv6Publicnets", "ipv6Public"),
        list("ipv6Servicenets", "ipv6Servicenet"),
        list("absolute", "limit"),
        List {
            name: "rate",
            around: Some("rates"),
            item: "rate",
        },
        bare("limit", "limit"),
        bare("messages", "message"),
        bare("accountUsageRecords", "accountUsageRecord"),
        bare("loadBalancerUsages", "loadBalancerUsage"),
        bare("loadBalancerUsageRecords", "loadBalancerUsageRecord"),
    ],
    texts: &[
        "message",
        "details",
        "certificate",
        "privatekey",
        "privateKey",
        "intermediateCertificate",
        "content",
    ],
    contents: &[("meta", "value")],
    roots: &[
        ("loadBalancerUsageRecords", "loadBalancerUsage"),
        ("RegionalSourceAddresses", "regionalSourceAddresses"),
        ("absolute", "limits"),
    ],
    omitted: &["links"],
    ..PLAIN
};

/// A fault's JSON as XML, below the name that faults of its status have.
pub(super) fn write_fault(body: &[u8], status: StatusCode) -> Option<Vec<u8>> {
    let Value::Object(mut members) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    if let Some(Value::Object(inner)) = members.remove("overLimit") {
        members = inner;
    }
    let message = match members.get("message") {
        Some(Value::Array(messages)) => messages.first().cloned().unwrap_or_default(),
        Some(message) => message.clone(),
        None => Value::Null,
    };
    let name = fault::element(status.as_u16(), message.as_str().unwrap_or_default());
    members.insert("message".to_owned(), message);
    members.insert("code".to_owned(), status.as_u16().into());
    GRAMMAR.document(name, &Value::Object(members))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn xml(body: Value) -> String {
        let written = GRAMMAR
            .write(body.to_string().as_bytes(), None)
            .expect("an object");
        let text = String::from_utf8(written).expect("text");
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
        text.strip_prefix(head)
            .expect("a declaration")
            .replace(&format!(" xmlns=\"{}\"", GRAMMAR.namespace), "")
    }

    #[test]
    fn objects_are_elements_and_scalars_attributes() {
        let body = json!({"loadBalancer": {
            "name": "a & b", "id": 7, "created": {"time": "2026-11-21T00:00:00Z"},
            "nodes": [{"id": 1, "metadata": [{"id": 2, "key": "color", "value": "red"}]}],
            "connectionLogging": {"enabled": false},
        }});
        assert_eq!(
            xml(body),
            "<loadBalancer name=\"a &amp; b\" id=\"7\"><created time=\"2026-11-21T00:00:00Z\"/>\
             <nodes><node id=\"1\"><metadata><meta id=\"2\" key=\"color\">red</meta></metadata></node></nodes>\
             <connectionLogging enabled=\"false\"/></loadBalancer>"
        );
    }

    #[test]
    fn lists_have_their_own_ways() {
        assert_eq!(
            xml(json!({"absolute": [{"name": "NODE_LIMIT", "value": 25}]})),
            "<limits><absolute><limit name=\"NODE_LIMIT\" value=\"25\"/></absolute></limits>"
        );
        assert_eq!(
            xml(json!({"allowedDomains": [{"allowedDomain": {"name": "example.com"}}]})),
            "<allowedDomains><allowedDomain name=\"example.com\"/></allowedDomains>"
        );
        assert_eq!(
            xml(json!({"loadBalancerUsageRecords": [{"id": 1}], "links": []})),
            "<loadBalancerUsage><loadBalancerUsageRecord id=\"1\"/></loadBalancerUsage>"
        );
        assert_eq!(
            xml(json!({"clusterSourceAddresses": {"ipv4Publicnets": ["198.18.0.1"]}})),
            "<clusterSourceAddresses><ipv4Publicnets><ipv4Public>198.18.0.1</ipv4Public></ipv4Publicnets>\
             </clusterSourceAddresses>"
        );
    }

    #[test]
    fn faults_are_named_by_their_status() {
        let body =
            json!({"validationErrors": {"messages": ["one", "two"]}, "message": "no", "code": 400});
        let written = write_fault(body.to_string().as_bytes(), StatusCode::BAD_REQUEST);
        let text = String::from_utf8(written.expect("an object")).expect("text");
        assert!(
            text.contains("<message>one</message><message>two</message></validationErrors>"),
            "{text}"
        );
        assert!(text.contains("<badRequest "), "{text}");
    }

    #[test]
    fn what_is_written_reads_back() {
        let body = json!({"loadBalancer": {
            "name": "a <b> & \"c\"",
            "nodes": [{"address": "10.0.0.1", "port": "80"}, {"address": "10.0.0.2", "port": "80"}],
            "metadata": [{"key": "color", "value": "red & green"}],
            "accessList": [],
        }});
        let written = GRAMMAR
            .write(body.to_string().as_bytes(), None)
            .expect("an object");
        assert_eq!(GRAMMAR.read(&written), Some(body));
    }

    #[test]
    fn what_is_no_xml_is_nothing() {
        let deep = "<a>".repeat(100_000);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        for text in [
            "",
            "x",
            "<a",
            "<a></b>",
            "<a>",
            "</a>",
            "<a>&nope;</a>",
            bomb,
            &deep,
        ] {
            assert_eq!(
                GRAMMAR.read(text.as_bytes()),
                None,
                "{}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn texts_may_be_given_in_any_way() {
        let text =
            "<errorpage xmlns=\"x\"><content> <![CDATA[<html>&</html>]]> </content></errorpage>";
        let read = GRAMMAR.read(text.as_bytes());
        assert_eq!(
            read,
            Some(json!({"errorpage": {"content": "<html>&</html>"}}))
        );
    }
}
