"""Glance: discovery, the life of an image, and its mistakes."""

from cloud import Call

PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
DATA = {"Content-Type": "application/octet-stream"}


def steps():
    yield from discovery()
    yield from life()
    yield from members()
    yield from mistakes()


def discovery():
    for path in ("", "/", "/versions", "/v2", "/v1", "/v3"):
        yield Call(f"GET image {path}", token=None)
    for path in ("images", "image", "members", "member"):
        yield Call(f"GET image /v2/schemas/{path}")
    yield Call("GET image /v2/images", shape=True)
    yield Call("GET image /v2/images", token=None)
    yield Call("GET image /v2/images", token="unknown")
    yield Call("GET image /v2/info/stores")
    yield Call("GET image /v2/info/import")


def life():
    good = {"name": "mimic-image", "disk_format": "raw", "container_format": "bare", "tags": ["b"], "note": "x"}
    yield Call("POST image /v2/images", good, keep="image")
    yield Call("GET image /v2/images/$image")
    yield Call("GET image /v2/images?name=mimic-image")
    yield Call("GET image /v2/images/$image/file")
    yield Call("PUT image /v2/images/$image/file", "data", headers=DATA)
    yield Call("PUT image /v2/images/$image/file", "data", headers=DATA)
    yield Call("GET image /v2/images/$image")
    yield Call("GET image /v2/images/$image/file")
    for operation in (
        {"op": "replace", "path": "/name", "value": "mimic-image-2"},
        {"op": "add", "path": "/more", "value": "y"},
        {"op": "remove", "path": "/more"},
        {"op": "remove", "path": "/nothing"},
        {"op": "replace", "path": "/nothing", "value": "y"},
        {"op": "replace", "path": "/id", "value": "y"},
        {"op": "replace", "path": "/status", "value": "y"},
        {"op": "replace", "path": "/visibility", "value": "y"},
        {"op": "replace", "path": "/disk_format", "value": "qcow2"},
        {"op": "replace", "path": "/tags", "value": ["c", "d"]},
        {"op": "fly", "path": "/name", "value": "y"},
        {"op": "replace", "path": "name", "value": "y"},
        {"op": "replace"},
        {"op": "replace", "path": "/protected", "value": True},
    ):
        yield Call("PATCH image /v2/images/$image", [operation], headers=PATCH)
    yield Call("PATCH image /v2/images/$image", {}, headers=PATCH)
    yield Call("PATCH image /v2/images/$image", [], headers={"Content-Type": "application/json"})
    yield Call("DELETE image /v2/images/$image")
    yield Call("PATCH image /v2/images/$image", [{"op": "replace", "path": "/protected", "value": False}], headers=PATCH)
    yield Call("PUT image /v2/images/$image/tags/e")
    yield Call("DELETE image /v2/images/$image/tags/e")
    yield Call("DELETE image /v2/images/$image/tags/e")
    yield Call("POST image /v2/images/$image/actions/deactivate")
    yield Call("GET image /v2/images/$image/file")
    yield Call("POST image /v2/images/$image/actions/reactivate")
    yield Call("POST image /v2/images/$image/actions/fly")


def members():
    yield Call("GET image /v2/images/$image/members")
    yield Call("POST image /v2/images/$image/members", {"member": "$project"})
    yield Call("PATCH image /v2/images/$image", [{"op": "replace", "path": "/visibility", "value": "shared"}], headers=PATCH)
    yield Call("POST image /v2/images/$image/members", {"member": "$project"})
    yield Call("POST image /v2/images/$image/members", {"member": "$project"})
    yield Call("POST image /v2/images/$image/members", {})
    yield Call("GET image /v2/images/$image/members")
    yield Call("GET image /v2/images/$image/members/$project")
    yield Call("GET image /v2/images/$image/members/$unknown")
    yield Call("PUT image /v2/images/$image/members/$project", {"status": "accepted"})
    yield Call("PUT image /v2/images/$image/members/$project", {"status": "x"})
    yield Call("DELETE image /v2/images/$image/members/$project")
    yield Call("DELETE image /v2/images/$image/members/$project")


def mistakes():
    for body in (
        "{", [], "x", {"name": 1}, {"disk_format": "x"}, {"container_format": "x"}, {"id": "x"}, {"visibility": "x"},
        {"tags": "x"}, {"min_disk": -1}, {"min_ram": "x"}, {"status": "active"}, {"protected": "x"}, {"note": 1},
        {"name": "x" * 256},
    ):
        yield Call("POST image /v2/images", body)
    for query in ("limit=x", "limit=-1", "marker=x", "sort_key=x", "sort_dir=x", "visibility=x", "status=x", "size_min=x",
                  "member_status=x", "created_at=x", "sort=x:y", "id=in:x", "protected=x"):
        yield Call(f"GET image /v2/images?{query}", shape=True)
    for what in ("GET image /v2/images/x", "DELETE image /v2/images/x", "GET image /v2/images/x/file", "GET image /v2/images/x/members"):
        yield Call(what)
    yield Call("PUT image /v2/images/x/file", "data", headers=DATA)
    yield Call("PUT image /v2/images/$image", {})
    yield Call("POST image /v2/images/$image", {})
    yield Call("GET image /v2/nothing")
    yield Call("DELETE image /v2/images/$image")
    yield Call("DELETE image /v2/images/$image")
    yield Call("GET image /v2/images/$image")
