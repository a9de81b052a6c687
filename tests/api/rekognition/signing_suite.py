"""Requests of AWS's Signature Version 4 test suite, with their signatures there."""

from dataclasses import dataclass

from app.api.rekognition.signature import SignedRequest

KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # noqa: S105 -- the suite's
HOST = ("host", "example.amazonaws.com")
DATE = ("x-amz-date", "20150830T123600Z")
FORM = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"


@dataclass(frozen=True)
class Vector:
    """A request and its signature."""

    signature: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    query: bytes = b""
    body: bytes = b""

    def request(self) -> SignedRequest:
        headers = [HOST, *self.headers, DATE]
        names = ";".join(sorted({name for name, _ in headers}))
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20150830/us-east-1/service/aws4_request, "
            f"SignedHeaders={names}, Signature={self.signature}"
        )
        raw = [*headers, ("authorization", authorization)]
        encoded = [(name.encode(), value.encode()) for name, value in raw]
        return SignedRequest(self.method, "/", self.query, encoded)


SUITE = {
    "get-vanilla": Vector("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "post-vanilla": Vector(
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", method="POST"
    ),
    "get-header-key-duplicate": Vector(
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        (("my-header1", "value2"), ("my-header1", "value2"), ("my-header1", "value1")),
    ),
    "get-header-value-order": Vector(
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        tuple(("my-header1", f"value{number}") for number in (4, 1, 3, 2)),
    ),
    "get-header-value-trim": Vector(
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        (("my-header1", " value1"), ("my-header2", ' "a   b   c"')),
    ),
    "post-header-key-sort": Vector(
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        (("my-header1", "value1"),),
        "POST",
    ),
    "post-header-value-case": Vector(
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        (("my-header1", "VALUE1"),),
        "POST",
    ),
    "get-vanilla-query-order-key-case": Vector(
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        query=b"Param2=value2&Param1=value1",
    ),
    "get-vanilla-query-order-encoded": Vector(
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        query=b"Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
    ),
    "get-vanilla-utf8-query": Vector(
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        query="ሴ=bar".encode(),
    ),
    "post-x-www-form-urlencoded": Vector(
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
        (
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", "13"),
            ("x-amz-content-sha256", FORM),
        ),
        "POST",
        body=b"Param1=value1",
    ),
}
