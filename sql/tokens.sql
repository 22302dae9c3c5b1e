-- Tokens of others: public keys of outside identity providers, their issuer and audience. The keys and signatures were
-- made once for this suite; nobody has the private keys any more.
\set SHOW_CONTEXT never
CREATE FUNCTION regress.base64url(bytes bytea) RETURNS text LANGUAGE sql
    RETURN rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=');
CREATE FUNCTION regress.signed_text(header text, payload text) RETURNS text LANGUAGE sql
    RETURN regress.base64url(convert_to(header, 'UTF8')) || '.' || regress.base64url(convert_to(payload, 'UTF8'));
CREATE FUNCTION regress.asks(token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('rowhouse.token', token, true);
    RETURN coalesce(rowhouse.user_id()::text, 'nobody');
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
\set rs_key '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoIvMbFeFIo0ayztmvr3u\n+psRTIWRGwD5KGoMySjfqOpYWz0iKn3lTTXw9q3Kymeq83RXsEyNukxsZZHwJfIk\nGT2RoASZWkPpG8A2VOCHp4jp8FK++XA+GFv9E2JDVTrvNn1hrAaFCwbWV/xbjirO\nOic7qbKa6iHxR+ezyUILCaURAYuBjXEhC+F4d9wUkvGjU/OX/3rloKkouqCMgDbe\nEYvU+8s26Oo1Q5ztdcAz4S/J059qyy7FyQHeI9q5WuOVU3Yc/BilX5yNgQCESomR\noBmVzHa4QpQbwA1dPHL61K0wgwFoKjmLQQUNiw27lR5ErIBzueRERdEVGuowahS+\n2QIDAQAB\n-----END PUBLIC KEY-----'
\set es_key '{"kty":"EC","crv":"P-256","x":"jcpnJ8JBcGosfie4Q2FbJ-vCBI32TiqXZ4TpSSwpGEs","y":"khjSuc6VRzHv0zvaMhbtcm-JNCD6sJCVRKHX-jNAB44"}'
\set ed_key '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAxIkK/GkY4CXBDkhnmAOrWZTzGe4fEtV+EkBwNHiEnDE=\n-----END PUBLIC KEY-----'
CREATE TABLE regress.outside (fault text, token text, place int GENERATED ALWAYS AS IDENTITY);
INSERT INTO regress.outside (fault, token)
SELECT fault, regress.signed_text(header, payload) || '.' || signature FROM (VALUES
    ('good: RS256', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'fQWCiw3XUW4V7Dn2AutKsg0TKa5x6YeyPP9JP3pXs9uYWvEvXLFmuxkwrZ7nQovMT_YeoydDrmU6pzgjjsOwrWtnK4fUQ4UvsH3-e-UMq9RM9RVmg4PZ1pTlvZ6IveegUb9TRmaUzOva4RCJuKk31ecXV8QVaze6Zhf8nxXg0f5OPLPRFEF-KQanCUBHoulagy3GgK3-avWu5kQt1EUu4ygSaQALZ5xS8NHu4uNEVZXS8iHUTdUAyYyCYEVN-DRZKnB8Rb6AT_b5oRvzH0qiMzBehcHe1rp-qbHf__P1DtYdHFVAC5mzUQEUXnP78mkyAZQmeu3Mv6Ql0xZaHb07fQ'),
    ('good: RS256, no kid', '{"alg":"RS256"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'JNLFTENXMxC1WgpmH6Zr4NxunWuuJ6N4DwEyN_36JxT-97V05JtICUvZBaHmcCFM5XkfPdtrFE9aaBLasUbpLuTroXK8pYv1ptDQsXx0tx-BuvWeIqrsUZaM8Z-BvzkOSrLA0_Nh5w9p2yJO-_1T27VV0t3R059j15D3CHU7cM4HeV_3zr9UHkNOcu9qthjewqJ2Ibk57aqk8I-BgYKOIrrZXyUnCYGnUXdv-gW8SXJx0FAI5iMwM-momcr_JwFQql-Fu_FqbEVAf1J-bkuIyon0nunR6ncaO1MHe8OCBZS4YkvTfV-cmUktt84lKTHJxOHRUq2zhKS_KkistO2Ocg'),
    ('good: RS256, a role means nothing', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"role":"rowhouse_system","aud":null,"iss":7}',
        'ZcE57CpoRyoB6qaDyP6xx31mTUWARkkkwGuVEY75GD1bSfDqd5Z6p7gtjFLLnivRdKPxCdMmpE-3epsxAVbuuoxTl5gTnolpWZoXRUMjR1fizolycKDNvGO3VzEozvzMBMcKo54G9e76QMuLC0YK-11G6Ks_lbRMCUfS6rVke1KziidlmBNETobVG5fJrHVcz2mT_L9GVL2SQn9HufygoP6ct_8eFMP5CsIicJHu9pPD2IgepqHbf7yKzGfMNdwnFKOkerh-zTRhAHikezsgpPy8-Gzj7179ePn1jEKvPKlCvBacNx1QaLJwDODXzp3gQgHpg53wq5vUQ1v-ImD1Wg'),
    ('J2 RS256, kid of another algorithm', '{"alg":"RS256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'SAaRRgsKB9lgxsNeuvjoX3PvUufQIumXtHvwlC0KEf41cOgPdfR1f5vHNImvltnLBzK2p6_j-fzarJeK5AxfYo2-iiiDHqhT_30IiNEIFF5dNyjSuxnOLrl4IPFumi8uSqATKP9H3mw6Jes1FiYg5ylaarojzjOBs-ImbiE80rWrrC1lEq6OwPM0adY1IIsLOTEq5PFClDdfgm3-BZN7fO9QGy62EO13prtbxYa-rw0Oc-1sPZvpPl9lGlaPLI3IOdWu8zRVvDWQ9ejbkFVdBgnXFe_crKnKvv994tl4PPzsY8vdXH_HP3iCanOkwnYky8jt2rBvZt_Vg0GeZ0GpPA'),
    ('J2 RS384', '{"alg":"RS384","kid":"rs"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'm1PHNBE1UMTu7COeJBRTVT4BIIb1NaY2PXKq45rBaa0_tgXPLln7Z31aaRC-dCNO3rPzQOciAtv_bd7OOYjV8QrAyqFyY-Wpn1KkBstZFp_OgVkzB8x0gZupMKsOrHt87392pvUmKsns4mLvkU-DfyNnjr-g2jykTGm4KpcRQlRQtgHVEkp2Z50YQ-PGs9SNjwVSWcD9cDoAqrGh4DJoKx95q-tg-WXV7YCT0uaqxEg68QdbmqJptCuKjopQLWnO7Us_Wm4cSx5NCdweu11yu2OG6pcz9ZvFN2Venqh_nPujm_NRjBvjSoLGns4KQ0qvk18pHLHoKMJcLWfgoaWyuQ'),
    ('J2 PS256', '{"alg":"PS256","kid":"rs"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'Xn80A5iaHRIkmRfFbhaF_hKxI6Nhd1I53nRGWqKMxqclVgOLdgD-IC8BUC9qS1VVDUjp1v5pxXIIJq0OJv0I0H88fvjCXOKao5dgbblzUuFSKxlsliqbrSVI11wUHlVwhqUlSfE_hjIM88cHR3hwBW5XB4p9XlU-CdSsHQAlKynmOa0L14N7O8KCmK3h6pDnt77SeyixK3-aPzl1_qoi3CHVK0_fu0u443QCf7d1x8tziYf8xB2sHIzuHoVLx9whRemwU4f25CWVGjo5ZrPJ7FCsDtCg4TTBFTkFvlgy3eoYBmQOl8DeNlpFp8pULVPiRTDU5LDyVx0NPl-L2eNU-w'),
    ('J2 PSS signature under the name RS256', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'Pla6jYgKKiCHxgjGGJm_g1COJbnvLdQKRKO4_LZDBtK3tcd6iIvOLyQY4IpJOymnvny8ak_G_R4QGQPNQyIDlLxeW_6_to0ny8zvzX-gxhOhauaVmpvJ6utD9ti7q0UDh31W69IW0hSqLyVDD-SeTRS9M4fCzrO_H8A6Izy_IN4Y12_5ToRX6hmQcGo_dppqfSpr-obGblP5Le-SmWKxUj4NCuWLJniwZ-f-3-DZGDgUtcT7qjmOroTb83hXiv5kHSaxX7yL3ElchUqxcYUhE7SJJzOjVVX-kQAKwy43rQsD3IGX3B59YZ2nVxTSmz9sFSbTGJ4CyXNZuNHcjhCU6g'),
    ('J4 unknown kid', '{"alg":"RS256","kid":"nobody"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'aavQg_BSHdqXCJw7wucMpEIWhIGwZ-p9Jtn86x3A_MwPE4DyHrwLOfW92OAwZUQIMfcvbci7TBn575A7DCwM7Gh_YC_m5Wn444t7-ZFX04DQBa_OKt2Ud9NvXX_88_CpWDCdHKVjBvl6ZR-34VptgfR0rRkrCrT7n92nReBrK6tf0h-8MTP61_l6EVpg_WyXFQ0NKNDGI9QpTpFSZ3aWS-ZcNYH2HqksWvFnUlQUJ9Mx_9tiqUluqKnK7hK8rqzFWNnFa_L8_MKzzV2n95J8QL5QQksuBFKDJHWk0hpc0wu-j8xqNQZJDmoFridDZHy2LwMqeQokuBU9SV9JaUmmSQ'),
    ('J16 RS256, hashed with another hash', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'bCHDfxADIwWzNCIvUmL9pbaEhUxZEoHVHvWv03TMmd6STig_ci8UcWfJNljzNzC_6SRs8JmFRO1_Pz_Gt_2SXXLqHsp-SH6nk93g2r3d0yHFmiVzeKp6kAYclgcrFb_GOry-PLjQGXc24XnAHLGm4opYC3wwgv2omFp4xVJc1jT4S3NkfVKk67vqygsVCgKUNFEKp0RLjIeouGPMyuyOJREn4h6h5suoi-XtUHJ7jfHxbCkqJs1XeP-D7wnjFNn5aP4M1Q788_3a5hURYXh2EcsLsyT0FFxaDlLHUxqrWA7pb4FIeF0rxWYrUtoHwk8Qcy0OaaMx02ltieqpvs3Zhw'),
    ('J16 RS256, a byte short', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'fQWCiw3XUW4V7Dn2AutKsg0TKa5x6YeyPP9JP3pXs9uYWvEvXLFmuxkwrZ7nQovMT_YeoydDrmU6pzgjjsOwrWtnK4fUQ4UvsH3-e-UMq9RM9RVmg4PZ1pTlvZ6IveegUb9TRmaUzOva4RCJuKk31ecXV8QVaze6Zhf8nxXg0f5OPLPRFEF-KQanCUBHoulagy3GgK3-avWu5kQt1EUu4ygSaQALZ5xS8NHu4uNEVZXS8iHUTdUAyYyCYEVN-DRZKnB8Rb6AT_b5oRvzH0qiMzBehcHe1rp-qbHf__P1DtYdHFVAC5mzUQEUXnP78mkyAZQmeu3Mv6Ql0xZaHb07'),
    ('J16 RS256, a byte more', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'fQWCiw3XUW4V7Dn2AutKsg0TKa5x6YeyPP9JP3pXs9uYWvEvXLFmuxkwrZ7nQovMT_YeoydDrmU6pzgjjsOwrWtnK4fUQ4UvsH3-e-UMq9RM9RVmg4PZ1pTlvZ6IveegUb9TRmaUzOva4RCJuKk31ecXV8QVaze6Zhf8nxXg0f5OPLPRFEF-KQanCUBHoulagy3GgK3-avWu5kQt1EUu4ygSaQALZ5xS8NHu4uNEVZXS8iHUTdUAyYyCYEVN-DRZKnB8Rb6AT_b5oRvzH0qiMzBehcHe1rp-qbHf__P1DtYdHFVAC5mzUQEUXnP78mkyAZQmeu3Mv6Ql0xZaHb07fQA'),
    ('J16 RS256, signature of another text', '{"alg":"RS256","kid":"rs","typ":"JWT"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'YAcQaCs1XbqCWKcucpXZ2OAEZEqdgc_c-OPK03kdZ_XHDIviVb6sIL7P10N75tz39Rs5Iz3OMhv4OI1wWAeboi14G1P5iekbuNx9olsi6XagxwSzUxji0YAs3-IxYd3CVUAhzZpu5mcJdVpzlFE6CBM-FP3Q_ZBnueg_oQxwveuHgIpDri4hSTrTSOe2A6-G8xoBEAcrOTAbevZR0PmwU3N7jiHf0q84-WHWhvgrWe6GLT7dstHKJVQqIoCd75AVfU0Fmu0Sqv81QAENoR7cBHVnlo3sOUXY1hzWvXC1mfYhhr7X-nfLJlJsGvfBoOk8VZU_dZeIqmi_rwB2MuV9dg'),
    ('good: EdDSA', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'rz25FgkubjCc0uxNfJv4ThFNSgRyZnRXY3duaN0MIXY3Rph4HnBVAgPkAtuf4pW22CP5LjwzpkuVmQPeMz08Ag'),
    ('good: EdDSA, at+jwt', '{"alg":"EdDSA","kid":"ed","typ":"at+jwt"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'a47ZhWC2JPAeo3ebAmQlALew8dA0fJXyBp72EhpQOwxuGNSRtosimozt9BB8xYpTbDU_8IUlG-1tY5Xzz7Q2Dg'),
    ('J20 EdDSA, typ of another kind', '{"alg":"EdDSA","kid":"ed","typ":"logout+jwt"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'F7tzAJS3BzfyJHWExhoxySCkqIt0sbC20_2Lu4asbw_F81YK2J_FdiQxHm3S4uD7DFqjFuNICzu0azVGvsozBA'),
    ('J17 EdDSA, S beyond the order', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'rz25FgkubjCc0uxNfJv4ThFNSgRyZnRXY3duaN0MIXYkGo7VONNnWtmA-n1-3HTL2CP5LjwzpkuVmQPeMz08Eg'),
    ('J17 EdDSA, a byte short', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'rz25FgkubjCc0uxNfJv4ThFNSgRyZnRXY3duaN0MIXY3Rph4HnBVAgPkAtuf4pW22CP5LjwzpkuVmQPeMz08'),
    ('J17 EdDSA, zeros', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}',
        'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ('J10 EdDSA, sub no uuid', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"auth0|5f7c8ec7c33c6c004bbafe82","exp":4102444800}',
        '5dKzmzIL50ki5rctx8ubRKXy_6uczee2_MEc1BUtEmdvnoinVUZnCuPtngkQihN1wtlhiXndlW1ueOdc4UuyAQ'),
    ('J6 EdDSA, no exp', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a"}',
        'mbtR4Tvm7PNeP_b9OYpxzKCspZIG-a-PlKsTyZ17v2usQ7S0THheDrkUmRVNPEl21XVxSumrQ_raDi2rnmTkBA'),
    ('J7 EdDSA, expired', '{"alg":"EdDSA","kid":"ed"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":1500000000}',
        '1jCDp3jGxb5AUGasbMnpACiT93maFb8vVMeRhZnLpXFz13T77dDwZkr24DLnfOm3fD3oWAt5b_memKHOwBddDw'),
    ('good: ES256', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        'b2lXrwXUZDpR6r4uMIDOoY9r1DBO28ewNdxTSmP-xaAn3MS7Jl4KnCg65gg7ipnmgmkyAQbnL57CgXM139RryQ'),
    ('good: ES256, high s', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        'gJ8Rk3Gk28j6hb7EVHLlkDDia2I69PmbRMABj7Tc4a2RMkgOYncvVLokP59ymCMg-BxNQZlMXW4BKoYtkgOLxg'),
    ('good: ES256, among others', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":["other","authenticated"]}',
        'M-qNJ-5_FJcnbsTr9M5CFBH2npGPeaNTREvil8j2eipSzX-oZX4ggImez85Rbv944JxmCX41satGQ2C7Vl1v0g'),
    ('J9 iss with a slash', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1/","aud":"authenticated"}',
        '-H6LNR83Fx-VB874XRZcApKJUriCnSLz2t8oTQhVcJck4NzWRpo69LwfhejNhnsdBmurT4aJGrbNM2N5tv3gJg'),
    ('J9 iss in upper case', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"HTTPS://ID.EXAMPLE.COM/AUTH/V1","aud":"authenticated"}',
        'SSelmeUVZWQUZQkFczTV8oT5ulkazjn1ErurjeClqGYgfx544n5FERSepo-_VoRc2-HAjFu9n3rmp0NEFSFoIA'),
    ('J9 no iss', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"aud":"authenticated"}',
        'jG4ss5SEJBxhyQKPIZ-cAPgtFfvQfOupB2bX3_UAMzNEw8S0-EXLgvZwjtrctUkkoziCYJ6TV__46Pw5Ffk3_A'),
    ('J9 iss an array', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":["https://id.example.com/auth/v1"],"aud":"authenticated"}',
        '-K5NHGheLTkBPAxMJEBj1g-vu4mlBv8Dpy39PyHTJeMDCU6CtI2f46OA0rbe77qAAzCjCbz1mcoXopyCDyNP3w'),
    ('J9 aud of another', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"other"}',
        'pvYHwnoRxQrTqPG0Jny3y2aqQlSWRwXNiBeIyWBwJeEVhKtGGLUlTrur2Ua0bEo3rKxkiF-5J8hsIeWNuEd06Q'),
    ('J9 no aud', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1"}',
        'esJ8jo1dLc9CpJYjCZuAnq3ZTWCYAogrba-1qRHd-KEbmIOqwWEh2HMm-0jYWzUNDVTaIdFO57UL6MZFpDuamw'),
    ('J9 aud null', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":null}',
        'WQCTlpYhP0ENkBTqvEcgDbfpCJdSXtN38JJXPa-FS1lrm4QmQj1w91yHfG-N1AFkH9muudvCnyJnaxlM0xtADw'),
    ('J9 aud []', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":[]}',
        'HNAt1YhZQH3PFt-HhmKFHdGpjqUhRoDbO3TMkeRinuRGZ95A8i4VDqDJRUqPLyORoFiBreb5CYKfz22yRQN6TA'),
    ('J9 aud with a number', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":["authenticated",1]}',
        'BbY5OgvpPunClCVG1gCWJexqPdoPKHAuk155Yaf96x1Th8UxBeoIsn-XmSrZrGKOWM5I4u44bwd6LsQVgHT8cA'),
    ('J9 aud an object', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":{"authenticated":"authenticated"}}',
        'l9-nOyNK9c25fOb323ZYA0fo8g0apVIIjzL33kYaAEgs1PZjS3lNcvWFSfh4FWHpeLy9FmR8HbUwgMwcskJDgQ'),
    ('J15 ES256 in DER', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        'MEUCIQCaOezZbRyeqWqbA8bwUtlauBmDlO0IzAt7djEvVPTxKAIgYO2UszPZP8hlUxKNgI9KcR6RUaZZZIHkckHwwdmImqs'),
    ('J15 ES256, r zero', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_4JNkV4bClmCY35mB-VxGILfi4jM5DfLIBfWZ-0ZnUA'),
    ('J15 ES256, s zero', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        '_4F6c4fCJK9UgBjklTifxD8wIN67PPmk-_rJB71zKCEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ('J15 ES256, zeros', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ('J15 ES256, r the order', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        '_____wAAAAD__________7zm-q2nF56E87nKwvxjJVEqPkSXqtlramgwa8WWKgDYZP65oHdEbhz8x0_-yHEaKw'),
    ('J15 ES256, no signature', '{"alg":"ES256","kid":"es"}', '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800,"iss":"https://id.example.com/auth/v1","aud":"authenticated"}',
        '')
) t(fault, header, payload, signature);
-- J2: what is published as a public key, used as the secret of an HMAC.
INSERT INTO regress.outside (fault, token)
SELECT 'J2 HS256 with the public key as secret, ' || what,
       input || '.' || regress.base64url(public.hmac(convert_to(input, 'UTF8'), convert_to(secret, 'UTF8'), 'sha256'))
FROM (VALUES ('PEM', 'rs', :'rs_key'), ('PEM with its last line break', 'rs', :'rs_key' || E'\n'), ('JWK', 'es', :'es_key')) v(what, kid, secret),
     LATERAL (SELECT regress.signed_text(format('{"alg":"HS256","kid":"%s"}', kid), '{"sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}') AS input) i;

-- Nobody knows the keys: every token is refused.
SELECT regress.asks(token) AS answer, count(*) FROM regress.outside GROUP BY 1;

SELECT rowhouse.add_signing_key('rs', 'RS256', :'rs_key');
SELECT rowhouse.add_signing_key('es', 'ES256', :'es_key', issuer => 'https://id.example.com/auth/v1', audience => 'authenticated');
SELECT rowhouse.add_signing_key('ed', 'EdDSA', E'\n' || :'ed_key' || E'\n\n', now() + interval '1 year');
SELECT kid, algorithm, left(key, 40) AS kept, not_after IS NULL AS for_good, issuer, audience FROM rowhouse.signing_keys
WHERE kid IN ('rs', 'es', 'ed') ORDER BY created_at;

-- Only those marked "good" may give the subject.
SELECT fault, regress.asks(token) AS answer FROM regress.outside ORDER BY place;
-- Again, now that this backend has seen them: the same answers.
SELECT fault LIKE 'good%' AS good, regress.asks(token) AS answer, count(*) FROM regress.outside GROUP BY 1, 2 ORDER BY 1, 2;
-- Somebody without an account is somebody, and a member of nothing.
BEGIN;
SELECT set_config('rowhouse.token', token, true) IS NOT NULL AS set FROM regress.outside WHERE fault = 'good: ES256';
SELECT rowhouse.user_id(), rowhouse.organization_id(), rowhouse.role();
COMMIT;

-- What a backend remembers of a token holds for the whole record of its key as it is now.
SELECT fault, regress.asks(token) FROM regress.outside WHERE fault IN ('good: ES256', 'good: EdDSA');
BEGIN;
UPDATE rowhouse.signing_keys SET issuer = issuer || '/' WHERE kid = 'es';
SELECT fault, regress.asks(token) AS issuer_changed FROM regress.outside WHERE fault IN ('good: ES256', 'J9 iss with a slash') ORDER BY 1;
ROLLBACK;
BEGIN;
UPDATE rowhouse.signing_keys SET audience = 'other' WHERE kid = 'es';
SELECT fault, regress.asks(token) AS audience_changed FROM regress.outside WHERE fault IN ('good: ES256', 'J9 aud of another') ORDER BY 1;
UPDATE rowhouse.signing_keys SET issuer = NULL, audience = NULL WHERE kid = 'es';
SELECT regress.asks(token) AS claims_ignored, count(*) FROM regress.outside WHERE fault LIKE 'J9%' GROUP BY 1;
ROLLBACK;
BEGIN;
UPDATE rowhouse.signing_keys SET issuer = 'somebody' WHERE kid = 'ed';
SELECT regress.asks(token) AS issuer_added FROM regress.outside WHERE fault = 'good: EdDSA';
ROLLBACK;
BEGIN;
UPDATE rowhouse.signing_keys SET algorithm = 'HS256', key = CASE kid WHEN 'rs' THEN :'rs_key' ELSE key END WHERE kid IN ('rs', 'es');
SELECT fault, regress.asks(token) AS algorithm_changed FROM regress.outside WHERE fault LIKE 'J2 HS256%' OR fault IN ('good: RS256', 'good: ES256') ORDER BY place;
ROLLBACK;
BEGIN;
UPDATE rowhouse.signing_keys SET key = (SELECT key FROM rowhouse.signing_keys WHERE kid = 'es') WHERE kid = 'ed';
SELECT regress.asks(token) AS key_changed FROM regress.outside WHERE fault = 'good: EdDSA';
ROLLBACK;
SELECT fault, regress.asks(token) FROM regress.outside WHERE fault IN ('good: ES256', 'good: EdDSA');

-- Public keys only verify: the newest HS256 key signs, and without one nothing does.
SELECT convert_from(decode(rpad(split_part(rowhouse.issue_token('00000000-0000-4000-8000-00000000000a'), '.', 1), 60, '='), 'base64'), 'UTF8') AS header;
BEGIN;
UPDATE rowhouse.signing_keys SET not_after = not_before + interval '1 microsecond' WHERE algorithm = 'HS256';
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-00000000000a')$$);
ROLLBACK;

-- A JWK of a secret signs too, and within its own issuer and audience.
BEGIN;
SELECT rowhouse.add_signing_key('hs', 'HS256', '{"kid":"hs","kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}', issuer => 'us', audience => 'app');
SELECT key FROM rowhouse.signing_keys WHERE kid = 'hs';
SELECT rowhouse.issue_token('00000000-0000-4000-8000-00000000000a') AS token \gset
SELECT convert_from(decode(rpad(split_part(:'token', '.', 2), (length(split_part(:'token', '.', 2)) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb - 'iat' - 'exp' AS claims;
SELECT regress.asks(:'token');
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-00000000000a', '1 h', '{"iss": "others"}')$$);
SELECT regress.try($$SELECT rowhouse.issue_token('00000000-0000-4000-8000-00000000000a', '1 h', '{"aud": "others"}')$$);
-- The raw bytes of the JWK are the secret, and not its text.
SELECT regress.asks(input || '.' || regress.base64url(public.hmac(convert_to(input, 'UTF8'), secret, 'sha256')))
FROM (SELECT regress.signed_text('{"alg":"HS256","kid":"hs"}', '{"iss":"us","aud":"app","sub":"00000000-0000-4000-8000-00000000000a","exp":4102444800}') AS input) i,
     LATERAL (VALUES (1, decode(translate('AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', '-_', '+/') || '==', 'base64')),
                     (2, (SELECT convert_to(key, 'UTF8') FROM rowhouse.signing_keys WHERE kid = 'hs'))) v(place, secret) ORDER BY place;
ROLLBACK;

-- Keys that are refused, and why.
SELECT what, regress.try(format('SELECT rowhouse.add_signing_key(''bad'', %L, %L)', algorithm, key)) AS answer FROM (VALUES
    ('no such algorithm', 'PS256', :'rs_key'),
    ('algorithm in lower case', 'rs256', :'rs_key'),
    ('neither PEM nor JWK', 'RS256', repeat('x', 64)),
    ('empty', 'EdDSA', ''),
    ('9 kB', 'RS256', repeat('x', 9000)),
    ('J2 PEM as a secret', 'HS256', :'rs_key'),
    ('J2 JWK as a secret', 'HS256', :'es_key'),
    ('J2 secret as a public key', 'RS256', '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"}'),
    ('PEM of another algorithm', 'ES256', :'rs_key'),
    ('PEM of another algorithm', 'RS256', :'ed_key'),
    ('JWK of another algorithm', 'EdDSA', :'es_key'),
    ('private PEM', 'RS256', E'-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'),
    ('private JWK', 'ES256', rtrim(:'es_key', '}') || ',"d":"AQ"}'),
    ('certificate', 'RS256', E'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
    ('damaged PEM', 'RS256', replace(:'rs_key', 'MII', 'MIJ')),
    ('J16 RSA of 1024 bits', 'RS256', E'-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCkceB3RPMTc6XMnm8qh9UaoJf9\nOkfYMgiwh/NCBpH1O7J7wobv6BdW6cKPUmp1ya09SUqfcqhXRJWHyp4a6Qa+4wbt\nwh5VNcApg3cihyqytVNuNlJkV0j1wXxmx8+msjnmf96FcYWhpfoA/PVCqdegHo9M\nbPjwmF7DQ0O1APc6tQIDAQAB\n-----END PUBLIC KEY-----'),
    ('J16 RSA of 1024 bits, JWK', 'RS256', '{"kty":"RSA","n":"pHHgd0TzE3OlzJ5vKofVGqCX_TpH2DIIsIfzQgaR9Tuye8KG7-gXVunCj1JqdcmtPUlKn3KoV0SVh8qeGukGvuMG7cIeVTXAKYN3IocqsrVTbjZSZFdI9cF8ZsfPprI55n_ehXGFoaX6APz1QqnXoB6PTGz48Jhew0NDtQD3OrU","e":"AQAB"}'),
    ('J16 e = 1', 'RS256', '{"kty":"RSA","n":"oIvMbFeFIo0ayztmvr3u-psRTIWRGwD5KGoMySjfqOpYWz0iKn3lTTXw9q3Kymeq83RXsEyNukxsZZHwJfIkGT2RoASZWkPpG8A2VOCHp4jp8FK--XA-GFv9E2JDVTrvNn1hrAaFCwbWV_xbjirOOic7qbKa6iHxR-ezyUILCaURAYuBjXEhC-F4d9wUkvGjU_OX_3rloKkouqCMgDbeEYvU-8s26Oo1Q5ztdcAz4S_J059qyy7FyQHeI9q5WuOVU3Yc_BilX5yNgQCESomRoBmVzHa4QpQbwA1dPHL61K0wgwFoKjmLQQUNiw27lR5ErIBzueRERdEVGuowahS-2Q","e":"AQ"}'),
    ('J16 e = 3', 'RS256', '{"kty":"RSA","n":"oIvMbFeFIo0ayztmvr3u-psRTIWRGwD5KGoMySjfqOpYWz0iKn3lTTXw9q3Kymeq83RXsEyNukxsZZHwJfIkGT2RoASZWkPpG8A2VOCHp4jp8FK--XA-GFv9E2JDVTrvNn1hrAaFCwbWV_xbjirOOic7qbKa6iHxR-ezyUILCaURAYuBjXEhC-F4d9wUkvGjU_OX_3rloKkouqCMgDbeEYvU-8s26Oo1Q5ztdcAz4S_J059qyy7FyQHeI9q5WuOVU3Yc_BilX5yNgQCESomRoBmVzHa4QpQbwA1dPHL61K0wgwFoKjmLQQUNiw27lR5ErIBzueRERdEVGuowahS-2Q","e":"Aw"}'),
    ('J16 e even', 'RS256', '{"kty":"RSA","n":"oIvMbFeFIo0ayztmvr3u-psRTIWRGwD5KGoMySjfqOpYWz0iKn3lTTXw9q3Kymeq83RXsEyNukxsZZHwJfIkGT2RoASZWkPpG8A2VOCHp4jp8FK--XA-GFv9E2JDVTrvNn1hrAaFCwbWV_xbjirOOic7qbKa6iHxR-ezyUILCaURAYuBjXEhC-F4d9wUkvGjU_OX_3rloKkouqCMgDbeEYvU-8s26Oo1Q5ztdcAz4S_J059qyy7FyQHeI9q5WuOVU3Yc_BilX5yNgQCESomRoBmVzHa4QpQbwA1dPHL61K0wgwFoKjmLQQUNiw27lR5ErIBzueRERdEVGuowahS-2Q","e":"AQAA"}'),
    ('J16 n even', 'RS256', '{"kty":"RSA","n":"oIvMbFeFIo0ayztmvr3u-psRTIWRGwD5KGoMySjfqOpYWz0iKn3lTTXw9q3Kymeq83RXsEyNukxsZZHwJfIkGT2RoASZWkPpG8A2VOCHp4jp8FK--XA-GFv9E2JDVTrvNn1hrAaFCwbWV_xbjirOOic7qbKa6iHxR-ezyUILCaURAYuBjXEhC-F4d9wUkvGjU_OX_3rloKkouqCMgDbeEYvU-8s26Oo1Q5ztdcAz4S_J059qyy7FyQHeI9q5WuOVU3Yc_BilX5yNgQCESomRoBmVzHa4QpQbwA1dPHL61K0wgwFoKjmLQQUNiw27lR5ErIBzueRERdEVGuowahS-2A","e":"AQAB"}'),
    ('P-384', 'ES256', E'-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEcwdsWFKrZA1imnj3/xqK0Wrl5vBz6ueY\nAPN8ABxVmKYQyovfAuJGvGb1ABJ41oCqj3nUQfCEa0qhpYGSDbPAzXUQOFDZQJKq\nWHPgna2pn6bjsD2ZNbkL4cle1aeYmt8h\n-----END PUBLIC KEY-----'),
    ('P-384, JWK', 'ES256', '{"kty":"EC","crv":"P-384","x":"cwdsWFKrZA1imnj3_xqK0Wrl5vBz6ueYAPN8ABxVmKYQyovfAuJGvGb1ABJ41oCq","y":"j3nUQfCEa0qhpYGSDbPAzXUQOFDZQJKqWHPgna2pn6bjsD2ZNbkL4cle1aeYmt8h"}'),
    ('point off the curve', 'ES256', '{"kty":"EC","crv":"P-256","x":"jcpnJ8JBcGosfie4Q2FbJ-vCBI32TiqXZ4TpSSwpGEs","y":"khjSuc6VRzHv0zvaMhbtcm-JNCD6sJCVRKHX-jNAB48"}'),
    ('coordinate a byte short', 'ES256', '{"kty":"EC","crv":"P-256","x":"jcpnJ8JBcGosfie4Q2FbJ-vCBI32TiqXZ4TpSSwpGA","y":"khjSuc6VRzHv0zvaMhbtcm-JNCD6sJCVRKHX-jNAB44"}'),
    ('J17 small order', 'EdDSA', '{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'),
    ('J17 no point', 'EdDSA', '{"kty":"OKP","crv":"Ed25519","x":"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'),
    ('JWK with padding', 'EdDSA', '{"kty":"OKP","crv":"Ed25519","x":"xIkK_GkY4CXBDkhnmAOrWZTzGe4fEtV-EkBwNHiEnDE="}'),
    ('JWK for encryption', 'ES256', rtrim(:'es_key', '}') || ',"use":"enc"}'),
    ('JWK of another alg', 'ES256', rtrim(:'es_key', '}') || ',"alg":"ES384"}'),
    ('JWK of another kid', 'ES256', rtrim(:'es_key', '}') || ',"kid":"good"}'),
    ('JWK with a name twice', 'ES256', rtrim(:'es_key', '}') || ',"kty":"EC"}'),
    ('JWK cut', 'ES256', left(:'es_key', -1)),
    ('JWK set', 'ES256', '{"keys":[' || :'es_key' || ']}')
) t(what, algorithm, key);
SELECT regress.try(format('SELECT rowhouse.add_signing_key(''bad'', ''RS256'', %L, issuer => '''')', :'rs_key'));
SELECT regress.try(format('SELECT rowhouse.add_signing_key(''bad'', ''RS256'', %L, audience => repeat(''a'', 257))', :'rs_key'));
SELECT regress.try('SELECT rowhouse.add_signing_key(''bad'', ''RS256'', NULL)');
SELECT count(*) AS added FROM rowhouse.signing_keys WHERE kid = 'bad';
SET ROLE regress_app;
SELECT regress.try($$SELECT rowhouse.checked_key('k', 'HS256', repeat('x', 32))$$);
RESET ROLE;

-- Repaired: the keys are retired, and every token is refused again, by the backend that has seen them too.
SELECT kid, rowhouse.retire_signing_key(kid) FROM unnest(ARRAY['rs', 'es', 'ed']) kid;
SELECT regress.asks(token) AS answer, count(*) FROM regress.outside GROUP BY 1;
DELETE FROM rowhouse.signing_keys WHERE kid IN ('rs', 'es', 'ed');
DROP TABLE regress.outside;
DROP FUNCTION regress.asks, regress.signed_text, regress.base64url;
