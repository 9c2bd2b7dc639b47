"""The tamper-evident system seal (系统防篡改签章): keys, signatures in PDF, trusted times, and what a PDF proves.

Knows bytes and keys only: no database and no request.

    seal = opened(settings, now())                        # opening.py; raises Unsealed
    done = sealed(pdf, seal, now(), authority(settings))  # signing.py
    later = upgraded(done.pdf, authority(settings), ours(settings))
    verdict = check(pdf, issued_digest=digests, ours=ours(settings), at=now())  # checking.py

`seal.py` holds the words that all share, `keys.py` the keys the house makes for itself, `tokens.py` those it is lent.
`stamping.py` names the authority of trusted times and `times.py` asks it; `pades.py` writes into the PDF and `fields.py` the
places for others to sign; `judging.py` reads a file apart from the house.
"""
