#!/usr/bin/env python3
"""A minimal phone for Polychron: pairs with a hub, streams two channels, records on itself, uploads its own file.

    sudo apt install python3-socketio python3-websocket python3-requests
    python3 phone.py http://127.0.0.1:4280 CODE

CODE is the one-time code that the hub's page shows under Devices, Add phone. Written from docs/protocol.md alone.
What it does is printed as JSON, one object a line.
"""
import base64, hashlib, json, math, os, shutil, struct, sys, tempfile, threading, time, uuid
from collections import deque
from urllib.parse import urljoin

import requests
import socketio

RATE_HZ = 50
KEPT_SAMPLES = 600 * RATE_HZ  # ten minutes; then the oldest are given up
BLOCK_SAMPLES = 1000  # at most, when catching up; live blocks hold a tenth of a second
PATCH_BYTES = 4096  # small, to show how an upload goes on; a real phone sends up to max_upload_patch_bytes
CHANNELS = ["accel_x_mps2", "accel_y_mps2"]
FINAL = ["TOKEN_REQUIRED", "PHONE_UNPAIRED", "PHONE_PROTOCOL_UNSUPPORTED", "DEVICE_SUPERSEDED"]  # only a person can help
YES = {"ok": True}
clock = time.monotonic  # one clock for samples, recordings and probes; never the wall clock


def say(what, **facts):
    sys.stdout.write(json.dumps({"what": what, **facts}) + "\n")  # in one piece: several threads have something to say
    sys.stdout.flush()


def refusal(of, code, message):
    return {"ok": False, "error": {"code": code, "message": message, "remedy": "Start again.", "params": {}}, "of": of}


def wait_for(is_so, within_s):
    end_s = clock() + within_s
    while not is_so() and clock() < end_s:
        time.sleep(0.01)
    return is_so()


class Client(socketio.Client):
    """A message with bytes leaves as two frames; the lock keeps those of another thread from getting in between."""
    def __init__(self):
        super().__init__(reconnection=False)
        self.frames = threading.RLock()

    def _send_packet(self, packet):
        with self.frames:
            super()._send_packet(packet)


class Recording:
    """One recording of the phone's own: its samples from the start to the stop, then a file of them."""
    def __init__(self, order):
        self.order, self.start_s, self.stop_s = order, order["start_device_s"], math.inf
        self.samples, self.is_over, self.path, self.file = [], False, None, None

    def take(self, sample):
        self.is_over = self.is_over or sample[1] >= self.stop_s
        if not self.is_over and (self.start_s is None or sample[1] >= self.start_s):
            self.samples.append(sample)

    def close(self, folder):
        file_id = f"r{self.order['recording']}-{uuid.uuid4().hex}"
        self.path = os.path.join(folder, file_id)
        rows = [f"{seq},{t!r},,{x!r},{y!r}" for seq, t, x, y in self.samples if t < self.stop_s]
        content = "\n".join([",".join(["seq", "device_time_s", "arrival_time_s", *CHANNELS]), *rows, ""]).encode()
        with open(self.path, "wb") as file:
            file.write(content)
        self.next_seq = self.samples[0][0] + len(rows)
        self.file = {
            "file_id": file_id, "file_type": "motion_own", "folder": "sensor_data", "ext": "csv",
            "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        }


class Phone:
    def __init__(self, hub, token):
        self.hub, self.token, self.run_id = hub, token, "py-" + uuid.uuid4().hex[:12]
        self.folder = tempfile.mkdtemp(prefix="phone-")
        self.lock = threading.Lock()  # over what follows: the sensor, the sender and each message have their own threads
        self.kept = deque(maxlen=KEPT_SAMPLES)  # (number, time, x, y): samples that the hub has not called safe
        self.made = self.to_send = 0  # the number of the next sample to be made, and of the next to be sent
        self.is_armed = self.is_welcome = False
        self.recordings = {}
        self.line = self.clock_line = None

    def run(self):
        words = ["connect", "arm", "disarm", "start", "stop", "upload", "file_stored", "stored", "resend"]
        for work, *args in [
            (self.stay_connected, "/phone", "line", [*words, "error", "connect_error"]),
            (self.stay_connected, "/clock", "clock_line", ["probe"]),  # a connection of its own
            (self.measure,),
        ]:
            threading.Thread(target=work, args=args, daemon=True).start()
        self.send()

    def stay_connected(self, namespace, line, words):
        while True:
            client = Client()
            for word in words:
                client.on(word, getattr(self, "on_" + word), namespace=namespace)
            setattr(self, line, client)
            try:
                client.connect(self.hub, auth={"token": self.token}, namespaces=[namespace], transports=["websocket"])
                client.wait()
            except socketio.exceptions.ConnectionError as reason:
                say("away", reason=str(reason))
            if line == "line":
                self.is_welcome = False
            time.sleep(2)

    def on_connect(self):
        """The first connection, and each one after a gap."""
        rest = {"unit": "m/s²", "kind": "calibrated", "description": "a made-up swing"}
        stream = {"stream": "motion", "nominal_rate_hz": RATE_HZ, "channels": [{"name": name, **rest} for name in CHANNELS]}
        held = [{"session": session, "recording": number, "state": "stopped" if recording.file else "recording"}
                for (session, number), recording in self.recordings.items()]
        answer = self.line.call("hello", {
            "protocol": "1.0", "boot_id": self.run_id, "model": "Python", "app": "phone.py 1.0", "os": sys.platform,
            "clock": {"id": self.run_id, "quant_s": time.get_clock_info("monotonic").resolution},
            "capabilities": ["motion_data"], "streams": [stream], "simulated": True, "held": held,
        }, namespace="/phone", timeout=15)
        if not answer["ok"]:
            self.on_error(answer)
            return self.line.disconnect()  # and try again
        with self.lock:
            self.to_send, self.is_welcome = min(answer["next_seq"].get("motion", 0), self.made), True
        say("joined", device=answer["device"])

    def on_error(self, value):
        say("refused", **value)
        if value["error"]["code"] in FINAL:
            os._exit(1)

    def on_connect_error(self, value):
        self.on_error({"error": value["data"], "of": "hello"})  # the token was not taken

    # ---- samples: made 50 times a second, sent ten times a second, kept until stored

    def measure(self):
        due_s = clock()
        while True:
            due_s += 1 / RATE_HZ
            time.sleep(max(0, due_s - clock()))
            with self.lock:
                if self.is_armed:
                    t = clock()
                    self.kept.append((self.made, t, math.sin(t), 9.81 + math.cos(t)))
                    self.made += 1
                    for recording in self.recordings.values():
                        recording.take(self.kept[-1])

    def send(self):
        for turn in range(sys.maxsize):
            time.sleep(0.1)
            if self.is_welcome:
                try:
                    self.send_block()
                    if turn % 50 == 0:
                        free = shutil.disk_usage(self.folder).free
                        self.line.emit("status", {"device_time_s": clock(), "storage_free_bytes": free}, namespace="/phone")
                except socketio.exceptions.SocketIOError:
                    self.is_welcome = False  # gone; the answer to the next hello says where to go on

    def send_block(self):
        with self.lock:
            samples = [sample for sample in self.kept if sample[0] >= self.to_send][:BLOCK_SAMPLES]
            if not samples:
                return
            flags = 2 if samples[0][0] > self.to_send else 0  # skips: what lies between was given up
            self.to_send = samples[-1][0] + 1
        columns = zip(*samples)
        head = struct.pack("<BBBBIQ", 1, 0, flags, len(CHANNELS), len(samples), next(columns)[0])
        body = b"".join(struct.pack(f"<{len(samples)}d", *column) for column in columns)
        self.line.emit("block", head + body, namespace="/phone")

    def on_stored(self, value):
        with self.lock:
            safe = min(value["next_seq"].get("motion", 0), self.made)
            while self.kept and self.kept[0][0] < safe:
                self.kept.popleft()
            self.to_send = max(self.to_send, safe)

    def on_resend(self, value):
        with self.lock:
            self.to_send = min(value["from_seq"], self.made)

    # ---- orders: each is done once; asked again, it is answered again

    def on_arm(self, order):
        self.is_armed = "motion" in order["streams"]
        return YES

    def on_disarm(self, _order):
        self.is_armed = False
        return YES

    def on_start(self, order):
        name = order["session"], order["recording"]
        with self.lock:
            if name not in self.recordings:
                self.recordings[name] = Recording(order)
                for sample in self.kept if order["start_device_s"] is not None else []:
                    self.recordings[name].take(sample)  # the start may lie a little in the past
        recording = self.recordings[name]
        if not wait_for(lambda: recording.samples, 12):
            return refusal("start", "NO_SAMPLE", "The sensor delivered no sample.")
        seq, t = recording.samples[0][:2]
        say("started", seq=seq)
        return {**YES, "first": [{"stream": "motion", "seq": seq, "device_time_s": t}]}

    def on_stop(self, order):
        recording = self.recordings.get((order["session"], order["recording"]))
        if recording is None or not recording.samples:
            return refusal("stop", "NOT_RECORDING", "This phone has recorded nothing.")
        with self.lock:
            if recording.stop_s == math.inf:
                recording.stop_s = order["stop_device_s"] or clock()
        wait_for(lambda: recording.is_over or not self.is_armed, 20)
        with self.lock:
            is_new = recording.file is None
            if is_new:
                recording.close(self.folder)
        if is_new:
            say("stopped", next_seq=recording.next_seq, **recording.file)
            if recording.order["upload"] == "after_stop":
                threading.Timer(0.5, self.upload, [recording]).start()  # once the answer is out
        return {**YES, "next_seq": {"motion": recording.next_seq}, "files": [recording.file]}

    def on_upload(self, order):
        recording = self.recordings.get((order["session"], order["recording"]))
        if recording is None or recording.file is None:
            return refusal("upload", "NO_FILE", "This phone holds no file of that recording.")
        threading.Thread(target=self.upload, args=[recording], daemon=True).start()
        return YES

    def on_file_stored(self, notice):
        with self.lock:
            recording = self.recordings.pop((notice["session"], notice["recording"]), None)
        if recording is not None:
            os.remove(recording.path)
            say("deleted", file_id=notice["file_id"], sha256=notice["sha256"])
        return YES

    # ---- the file: tus by hand

    def upload(self, recording):
        """Goes on where it was, until the whole file was sent."""
        pause_s = 1
        while recording in self.recordings.values():
            try:
                return self.send_file(recording.order["session"], recording.path, recording.file)
            except (requests.RequestException, InterruptedError) as reason:
                say("upload_waits", reason=str(reason))
                time.sleep(pause_s)
                pause_s = min(60, 2 * pause_s)

    def send_file(self, session, path, file):
        texts = {"session": session, "file_id": file["file_id"]}
        metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in texts.items())
        head = {"Upload-Length": str(file["size_bytes"]), "Upload-Metadata": metadata}
        place = self.request("POST", "/uploads", head)["Location"]
        offset = int(self.request("HEAD", place)["Upload-Offset"])
        with open(path, "rb") as source:
            while offset < file["size_bytes"]:
                source.seek(offset)
                head = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                offset = int(self.request("PATCH", place, head, source.read(PATCH_BYTES))["Upload-Offset"])
        say("uploaded", file_id=file["file_id"])

    def request(self, method, place, headers={}, body=None):
        own = {"Authorization": "Bearer " + self.token, "Tus-Resumable": "1.0.0"}
        answer = requests.request(method, urljoin(self.hub, place), headers={**own, **headers}, data=body, timeout=60)
        if answer.status_code >= 400:
            raise InterruptedError(f"{method} {answer.status_code} {answer.text}")  # the next try asks for the offset
        return answer.headers

    # ---- the clock

    def on_probe(self, probe):
        t2_s = clock()  # first thing: the library has just parsed the message
        reply = {"id": probe["id"], "t2_s": t2_s, "t3_s": t2_s, "clock_id": self.run_id, "pad": ""}
        longer = len(json.dumps(["probe_reply", reply])) - len(json.dumps(["probe", {**probe, "pad": ""}]))
        reply.update(pad=probe["pad"][longer:], t3_s=clock())  # last thing
        self.clock_line.emit("probe_reply", reply, namespace="/clock")


def main():
    hub, code = sys.argv[1:3]
    answer = requests.post(urljoin(hub, "/api/pair"), json={"code": code, "name": "Python"}, timeout=10)
    if not answer.ok:
        sys.exit(answer.text)
    Phone(hub, answer.json()["token"]).run()


if __name__ == "__main__":
    main()
