"""nose with Marvin, for Python 2.7. Where Marvin waits, the cloud's clock moves instead."""

import json
import os
import time
import urllib2

import nose


def move_the_clock(seconds):
    request = urllib2.Request(os.environ["MIMIC"] + "/mimic/v2/tick", json.dumps({"advance": seconds}))
    request.add_header("Content-Type", "application/json")
    urllib2.urlopen(request).read()


# Before Marvin is there, which keeps what it finds under this name.
time.sleep = move_the_clock
nose.main()
