"""The sound bridge of the engine: sound card on one side, conference bridge on the other.

The SIP library of this product has no sound devices of its own, so everything between its
conference bridge and microphone, loudspeaker and ringer happens here.
"""
