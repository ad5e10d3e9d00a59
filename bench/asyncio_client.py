"""The peer: the client that a team would write instead, doing the same work for each frame.

    python3 asyncio_client.py URL SESSIONS QUESTIONS

It needs the packages websockets and cryptography. QUESTIONS 0 holds the sockets open.
"""
import asyncio
import base64
import json
import re
import secrets
import string
import sys
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from websockets.asyncio.client import connect

SEPARATOR = "rE7pRxTGlqT6"
MORPH = {"R": "Ef4YsO2cbQZ2", "W": "U4Bai5Qn1ZCp", "q": "zR2H8Cd5maEc", "a": "yUz4P1a7Dz6v", "E": "Xm5VaT2B7c9a"}
LETTERS = {word: letter for letter, word in MORPH.items()}
ANY_WORD, ANY_LETTER = re.compile("|".join(LETTERS)), re.compile("|".join(MORPH))
ALPHABET = string.ascii_letters + string.digits


def seal(text):
    key, iv, padding = ("".join(secrets.choice(ALPHABET) for _ in range(n)) for n in (32, 16, 12))
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).encryptor()
    body = cipher.update(padder.update(text.encode()) + padder.finalize()) + cipher.finalize()
    morphed = (ANY_LETTER.sub(lambda m: MORPH[m[0]], part) for part in (key, iv))
    return SEPARATOR.join((*morphed, padding + base64.b64encode(body).decode()))


def open_frame(sealed):
    key, iv, body = sealed.split(SEPARATOR)
    key, iv = (ANY_WORD.sub(lambda m: LETTERS[m[0]], part) for part in (key, iv))
    cipher = Cipher(algorithms.AES(key.encode()), modes.CBC(iv.encode())).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = cipher.update(base64.b64decode(body[12:])) + cipher.finalize()
    return json.loads((unpadder.update(padded) + unpadder.finalize()).decode())


async def call(base, path, body):
    reader, writer = await asyncio.open_connection(base.hostname, base.port)
    data = json.dumps(body)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(data)}\r\n\r\n{data}".encode())
    reply = await reader.read()
    writer.close()
    return json.loads(reply.partition(b"\r\n\r\n")[2])


async def answer(socket, attributes, earlier):
    """One question and its answer, with the figures that a load test wants."""
    sent_at = time.perf_counter()
    await socket.send(seal(json.dumps({"user_message": "What is it?"})[:-1] + ',"session_attributes":' + attributes + "}"))
    first, last, longest_gap, frames, chunks = None, sent_at, 0.0, 0, []
    ids = set()
    async for sealed in socket:
        now = time.perf_counter()
        frame = open_frame(sealed)
        message_id = frame.get("message_id")
        if message_id in earlier:
            continue  # A late frame of an answer before.
        ids.add(message_id)
        frames += 1
        chunk = frame.get("response_chunk") or ""
        chunks.append(chunk)
        if first is None and (chunk + frame.get("complete_response", "")).strip():
            first = now - sent_at
        elif frames > 1:
            longest_gap = max(longest_gap, now - last)
        last = now
        if "session_attributes" in frame:
            attributes = json.dumps(frame["session_attributes"], ensure_ascii=False, separators=(",", ":"))
        if "complete_response" in frame:
            assert "".join(chunks) == frame["complete_response"], "the chunks do not join up"
            earlier |= ids - {None}
            return attributes, (first, now - sent_at, frames, longest_gap)
    raise ConnectionError("closed within an answer")


async def session(base, questions, figures):
    while True:
        token = (await call(base, "/nuc/v1/generate-token", {}))["token"]
        await call(base, "/nuc/v1/create-chat", {"token": token})
        async with connect(f"ws://{base.netloc}/v6/chatbot_websocket/default?token={token}", compression=None, open_timeout=60) as socket:
            attributes, earlier = "{}", set()
            for _ in range(questions):
                attributes, of_answer = await answer(socket, attributes, earlier)
                figures.append(of_answer)
            if questions == 0:
                await socket.wait_closed()


async def main(url, sessions, questions):
    figures = []
    await asyncio.gather(*(session(urlsplit(url), int(questions), figures) for _ in range(int(sessions))))


asyncio.run(main(*sys.argv[1:]))
