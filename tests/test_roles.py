"""Which families of samplers, encoders and latents the walk understands, what needs a line, and what changes nothing.

A graph here is a mapping of id to :func:`n`; the text ``"@6.1"`` is a link to output 1 of node 6, ``"@6"`` to output 0.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogcovers.errors import WorkflowError
from blogcovers.graph import Place
from blogcovers.roles import Roles, find_roles

Graph: TypeAlias = dict[str, Any]
Found: TypeAlias = dict[str, set[str]]

WHERE = "style/mine.json"
_LINK = re.compile(r"@([^.]+)(?:\.(\d+))?")


def n(kind: str, /, **inputs: Any) -> dict[str, Any]:
    """A node. Names that Python cannot write stand in ``inputs_`` as a mapping."""
    inputs |= inputs.pop("inputs_", {})
    return {"class_type": kind, "inputs": {name: linked(value) for name, value in inputs.items()}}


def linked(value: Any) -> Any:
    found = _LINK.fullmatch(value) if isinstance(value, str) else None
    return [found[1], int(found[2] or 0)] if found else value


CHECKPOINT = n("CheckpointLoaderSimple", ckpt_name="x.safetensors")
SAMPLER = n(
    "KSampler",
    seed=1,
    steps=20,
    cfg=7.0,
    sampler_name="euler",
    scheduler="normal",
    denoise=1.0,
    model="@4",
    positive="@6",
    negative="@7",
    latent_image="@5",
)
PLAIN: Graph = {
    "3": SAMPLER,
    "4": CHECKPOINT,
    "5": n("EmptyLatentImage", width=512, height=512, batch_size=1),
    "6": n("CLIPTextEncode", text="a", clip="@4.1"),
    "7": n("CLIPTextEncode", text="b", clip="@4.1"),
    "8": n("VAEDecode", samples="@3", vae="@4.2"),
    "9": n("SaveImage", filename_prefix="x", images="@8"),
}
ROLES: Found = {
    "positive": {"6.text"},
    "negative": {"7.text"},
    "seed": {"3.seed"},
    "size": {"5.width+5.height"},
    "model": {"4.ckpt_name"},
}


def graph(without: str = "", /, **nodes: Any) -> Graph:
    """The plain graph with other nodes, ``_6=n(...)``, or other inputs of one, ``_3={"positive": "@10"}``."""
    changed = {id_: node for id_, node in PLAIN.items() if id_ not in without.split()}
    for name, node in nodes.items():
        id_ = name.removeprefix("_")
        if "class_type" in node:
            changed[id_] = node
        else:
            inputs = {**changed[id_]["inputs"], **{key: linked(value) for key, value in node.items()}}
            changed[id_] = {**changed[id_], "inputs": {k: value for k, value in inputs.items() if value is not None}}
    return changed


def summary(roles: Roles) -> Found:
    found = {name: {str(place) for place in getattr(roles, name)} for name in ("positive", "negative", "seed", "model")}
    return found | {"size": {f"{width}+{height}" for width, height in roles.size}}


def roles(**changes: set[str]) -> Found:
    return ROLES | changes


def guided(guider: Any, **nodes: Any) -> Graph:
    """The plain graph sampled by SamplerCustomAdvanced with this guider."""
    sampler = n("SamplerCustomAdvanced", noise="@20", guider="@21", sampler="@22", sigmas="@23", latent_image="@5")
    return graph(
        _3=sampler,
        _20=n("RandomNoise", noise_seed=1),
        _21=guider,
        _22=n("KSamplerSelect", sampler_name="euler"),
        _23=n("BasicScheduler", model="@4", scheduler="simple", steps=20, denoise=1.0),
        **nodes,
    )


TWO_STAGES = graph(
    _3=n("KSamplerAdvanced", noise_seed=1, steps=25, model="@4", positive="@6", negative="@7", latent_image="@5"),
    _30=n("KSamplerAdvanced", noise_seed=0, steps=25, model="@31", positive="@32", negative="@33", latent_image="@3"),
    _31=n("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"),
    _32=n("CLIPTextEncode", text="a", clip="@31.1"),
    _33=n("CLIPTextEncode", text="b", clip="@31.1"),
    _8={"samples": "@30"},
)
BOTH_TEXTS = {"text_g": "a", "text_l": "a", "clip": "@4.1", "crop_w": 0, "crop_h": 0}
SIZES = {"width": 1024, "height": 1024, "target_width": 1024, "target_height": 1024}

SAMPLERS: dict[str, tuple[Graph, Found]] = {
    "KSampler": (PLAIN, ROLES),
    "KSamplerAdvanced": (
        graph(_3=n("KSamplerAdvanced", noise_seed=1, model="@4", positive="@6", negative="@7", latent_image="@5")),
        roles(seed={"3.noise_seed"}),
    ),
    "SamplerCustom": (
        graph(
            _3=n(
                "SamplerCustom",
                add_noise=True,
                noise_seed=1,
                cfg=1.0,
                model="@4",
                positive="@6",
                negative="@7",
                sampler="@22",
                sigmas="@23",
                latent_image="@5",
            ),
            _22=n("KSamplerSelect", sampler_name="euler"),
            _23=n("SDTurboScheduler", model="@4", steps=1, denoise=1.0),
        ),
        roles(seed={"3.noise_seed"}),
    ),
    "SamplerCustomAdvanced, CFGGuider": (
        guided(n("CFGGuider", cfg=3.5, model="@4", positive="@6", negative="@7")),
        roles(seed={"20.noise_seed"}),
    ),
    "SamplerCustomAdvanced, BasicGuider": (
        guided(n("BasicGuider", model="@4", conditioning="@6")),
        roles(seed={"20.noise_seed"}, negative=set()),
    ),
    "SamplerCustomAdvanced, DualCFGGuider": (
        guided(n("DualCFGGuider", model="@4", cond1="@6", cond2="@7", negative="@7", cfg_conds=5.0)),
        roles(seed={"20.noise_seed"}),
    ),
    "base and refiner": (
        TWO_STAGES,
        roles(positive={"6.text", "32.text"}, negative={"7.text", "33.text"}, seed={"3.noise_seed", "30.noise_seed"}),
    ),
    "hires fix, both stages saved": (
        graph(
            _30={**SAMPLER, "inputs": {**SAMPLER["inputs"], "latent_image": ["31", 0]}},
            _31=n("LatentUpscaleBy", samples="@3", upscale_method="bislerp", scale_by=1.5),
            _32=n("VAEDecode", samples="@30", vae="@4.2"),
            _33=n("SaveImage", filename_prefix="x", images="@32"),
        ),
        roles(seed={"3.seed", "30.seed"}),
    ),
    "a detailer that works on the picture": (
        graph(
            _30=n(
                "FaceDetailer",
                seed=5,
                steps=20,
                cfg=8.0,
                sampler_name="euler",
                denoise=0.5,
                image="@8",
                model="@4",
                clip="@4.1",
                vae="@4.2",
                positive="@6",
                negative="@7",
                wildcard="",
            ),
            _9={"images": "@30"},
        ),
        roles(seed={"3.seed", "30.seed"}),
    ),
    "two sigmas, the second without noise": (
        graph(
            _3=n("SamplerCustomAdvanced", noise="@20", guider="@21", sampler="@22", sigmas="@24", latent_image="@5"),
            _30=n("SamplerCustomAdvanced", noise="@25", guider="@21", sampler="@22", sigmas="@24.1", latent_image="@3"),
            _20=n("RandomNoise", noise_seed=1),
            _21=n("CFGGuider", cfg=3.5, model="@4", positive="@6", negative="@7"),
            _22=n("KSamplerSelect", sampler_name="euler"),
            _23=n("BasicScheduler", model="@4", scheduler="simple", steps=20, denoise=1.0),
            _24=n("SplitSigmas", sigmas="@23", step=10),
            _25=n("DisableNoise"),
            _8={"samples": "@30"},
        ),
        roles(seed={"20.noise_seed"}),
    ),
    "a pipe": (
        graph(
            _3=n("PipeSampler", basic_pipe="@20", seed=1, steps=20, latent_image="@5"),
            _20=n("ToBasicPipe", model="@4", clip="@4.1", vae="@4.2", positive="@6", negative="@7"),
        ),
        ROLES,
    ),
    "an unknown sampler with words of its own": (
        graph(
            _3=n(
                "MySampler",
                noise_seed=1,
                steps=20,
                model="@4",
                conditioning="@6",
                neg_conditioning="@7",
                latent_image="@5",
            )
        ),
        roles(seed={"3.noise_seed"}),
    ),
    "a loader that holds everything": (
        graph(
            "4 5 6 7",
            _2=n(
                "Efficient Loader",
                ckpt_name="x.safetensors",
                positive="a",
                negative="b",
                lora_name="None",
                empty_latent_width=512,
                empty_latent_height=512,
            ),
            _3={"model": "@2", "positive": "@2.1", "negative": "@2.2", "latent_image": "@2.3"},
            _8={"vae": "@2.4"},
        ),
        {
            "positive": {"2.positive"},
            "negative": {"2.negative"},
            "seed": {"3.seed"},
            "size": {"2.empty_latent_width+2.empty_latent_height"},
            "model": {"2.ckpt_name"},
        },
    ),
}
ENCODERS: dict[str, tuple[Graph, Found]] = {
    "CLIPTextEncodeSDXL": (
        graph(_6=n("CLIPTextEncodeSDXL", **BOTH_TEXTS, **SIZES)),
        roles(
            positive={"6.text_g", "6.text_l"},
            size={"5.width+5.height", "6.width+6.height", "6.target_width+6.target_height"},
        ),
    ),
    "CLIPTextEncodeSDXL with a text box": (
        graph(
            _6=n("CLIPTextEncodeSDXL", **BOTH_TEXTS | {"text_g": "@10", "text_l": "@10"}, **SIZES),
            _10=n("PrimitiveStringMultiline", value="a"),
        ),
        roles(
            positive={"10.value"},
            size={"5.width+5.height", "6.width+6.height", "6.target_width+6.target_height"},
        ),
    ),
    "CLIPTextEncodeSDXLRefiner": (
        graph(_6=n("CLIPTextEncodeSDXLRefiner", ascore=6.0, width=512, height=512, text="a", clip="@4.1")),
        roles(size={"5.width+5.height", "6.width+6.height"}),
    ),
    "CLIPTextEncodeFlux": (
        graph(_6=n("CLIPTextEncodeFlux", clip="@4.1", clip_l="a", t5xxl="a", guidance=3.5)),
        roles(positive={"6.clip_l", "6.t5xxl"}),
    ),
    "CLIPTextEncodeSD3": (
        graph(_6=n("CLIPTextEncodeSD3", clip="@4.1", clip_l="a", clip_g="a", t5xxl="a", empty_padding="none")),
        roles(positive={"6.clip_l", "6.clip_g", "6.t5xxl"}),
    ),
    "CLIPTextEncodeHiDream": (
        graph(_6=n("CLIPTextEncodeHiDream", clip="@4.1", clip_l="a", clip_g="a", t5xxl="a", llama="a")),
        roles(positive={"6.clip_l", "6.clip_g", "6.t5xxl", "6.llama"}),
    ),
    "CLIPTextEncodeHunyuanDiT": (
        graph(_6=n("CLIPTextEncodeHunyuanDiT", clip="@4.1", bert="a", mt5xl="a")),
        roles(positive={"6.bert", "6.mt5xl"}),
    ),
    "CLIPTextEncodeLumina2": (
        graph(_6=n("CLIPTextEncodeLumina2", clip="@4.1", system_prompt="superior", user_prompt="a")),
        roles(positive={"6.user_prompt"}),
    ),
    "TextEncodeQwenImageEdit": (
        graph(
            _6=n("TextEncodeQwenImageEditPlus", clip="@4.1", vae="@4.2", prompt="a", image1="@10"),
            _10=n("LoadImage", image="a.png"),
        ),
        roles(positive={"6.prompt"}),
    ),
    "PhotoMakerEncode": (
        graph(
            _6=n("PhotoMakerEncode", photomaker="@11", image="@10", clip="@4.1", text="photograph of photomaker"),
            _10=n("LoadImage", image="a.png"),
            _11=n("PhotoMakerLoader", photomaker_model_name="p.bin"),
        ),
        ROLES,
    ),
    "an unknown encoder with one text": (
        graph(_6=n("MyEncoder", clip="@4.1", words="a", weight=1.0)),
        roles(positive={"6.words"}),
    ),
    "one encoder for both": (
        graph(
            "7", _6=n("WanVideoTextEncode", positive_prompt="a", negative_prompt="b", t5="@4.1"), _3={"negative": "@6"}
        ),
        roles(positive={"6.positive_prompt"}, negative={"6.negative_prompt"}),
    ),
}
TEXTS: dict[str, tuple[Graph, Found]] = {
    name: (graph(_6={"text": "@10"}, **nodes), roles(positive=positive))
    for name, (nodes, positive) in {
        "PrimitiveString": ({"_10": n("PrimitiveString", value="a")}, {"10.value"}),
        "text box": ({"_10": n("Text Multiline", text="a")}, {"10.text"}),
        "box of a custom node": ({"_10": n("String Literal", string="a")}, {"10.string"}),
        "box shown on its way": ({"_10": n("ShowText", text="@11"), "_11": n("Box", value="a")}, {"11.value"}),
        "fixed piece and box": (
            {
                "_10": n("StringConcatenate", string_a="masterpiece", string_b="@11", delimiter=", "),
                "_11": n("PrimitiveStringMultiline", value="a"),
            },
            {"11.value"},
        ),
        "concatenation of a text and nothing": (
            {"_10": n("StringConcatenate", string_a="a", string_b="", delimiter=", ")},
            {"10.string_a"},
        ),
        "pieces of pieces": (
            {
                "_10": n("Text Concatenate", text_a="@11", text_b="best quality", delimiter=", "),
                "_11": n("StringReplace", string="@12", find="x", replace="y"),
                "_12": n("PrimitiveString", value="a"),
            },
            {"12.value"},
        ),
        "styler with a text for each side": (
            {"_10": n("SDXLPromptStyler", text_positive="a", text_negative="b", style="base", log_prompt="No")},
            {"10.text_positive"},
        ),
    }.items()
}
CONDITIONING: dict[str, tuple[Graph, Found]] = {
    name: (graph(_3={"positive": "@10"}, **nodes), ROLES | changes)
    for name, (nodes, changes) in {
        "FluxGuidance": ({"_10": n("FluxGuidance", conditioning="@6", guidance=3.5)}, {}),
        "ConditioningSetArea": (
            {"_10": n("ConditioningSetArea", conditioning="@6", width=64, height=64, x=0, y=0, strength=1.0)},
            {},
        ),
        "ConditioningSetMask": (
            {
                "_10": n("ConditioningSetMask", conditioning="@6", mask="@11", strength=1.0),
                "_11": n("LoadImageMask", image="a.png", channel="red"),
            },
            {},
        ),
        "ConditioningCombine": (
            {
                "_10": n("ConditioningCombine", conditioning_1="@6", conditioning_2="@11"),
                "_11": n("CLIPTextEncode", text="c", clip="@4.1"),
            },
            {"positive": {"6.text", "11.text"}},
        ),
        "ConditioningConcat": (
            {"_10": n("ConditioningConcat", conditioning_to="@6", conditioning_from="@6")},
            {},
        ),
        "ConditioningAverage": (
            {
                "_10": n("ConditioningAverage", conditioning_to="@6", conditioning_from="@11"),
                "_11": n("CLIPTextEncode", text="c", clip="@4.1"),
            },
            {"positive": {"6.text", "11.text"}},
        ),
        "ControlNetApply": (
            {
                "_10": n("ControlNetApply", conditioning="@6", control_net="@11", image="@12", strength=1.0),
                "_11": n("ControlNetLoader", control_net_name="c.safetensors"),
                "_12": n("LoadImage", image="a.png"),
            },
            {},
        ),
        "ReferenceLatent": (
            {
                "_10": n("ReferenceLatent", conditioning="@6", latent="@11"),
                "_11": n("VAEEncode", pixels="@12", vae="@4.2"),
                "_12": n("LoadImage", image="a.png"),
            },
            {},
        ),
        "GLIGENTextBoxApply": (
            {
                "_10": n(
                    "GLIGENTextBoxApply",
                    conditioning_to="@6",
                    clip="@4.1",
                    text="box",
                    width=64,
                    height=64,
                    x=0,
                )
            },
            {},
        ),
        "PairConditioningSetProperties": (
            {"_10": n("PairConditioningSetProperties", positive_NEW="@6", negative_NEW="@7", strength=1.0)},
            {},
        ),
        "reroute": ({"_10": n("Reroute", inputs_={"": "@11"}), "_11": n("Reroute", inputs_={"": "@6"})}, {}),
        "switch": ({"_10": n("ComfySwitchNode", switch=True, on_true="@6", on_false="@7")}, {}),
        "switch by a box": (
            {
                "_10": n("ComfySwitchNode", switch="@11", on_true="@7", on_false="@6"),
                "_11": n("PrimitiveBoolean", value=False),
            },
            {},
        ),
        "unknown node": ({"_10": n("MyTwist", thing="@6", model="@4", amount=0.5)}, {}),
    }.items()
}
CONDITIONING["ControlNetApplyAdvanced"] = (
    graph(
        _3={"positive": "@10", "negative": "@10.1"},
        _10=n("ControlNetApplyAdvanced", positive="@6", negative="@7", control_net="@11", image="@12"),
        _11=n("ControlNetLoader", control_net_name="c.safetensors"),
        _12=n("LoadImage", image="a.png"),
    ),
    ROLES,
)
CONDITIONING["ConditioningZeroOut"] = (
    graph("7", _3={"negative": "@10"}, _10=n("ConditioningZeroOut", conditioning="@6")),
    roles(negative=set()),
)
CONDITIONING["PerpNegGuider"] = (
    guided(n("PerpNegGuider", model="@4", positive="@6", negative="@7", empty_conditioning="@10"), _10=PLAIN["7"]),
    roles(seed={"20.noise_seed"}),
)
MODELS: dict[str, tuple[Graph, Found]] = {
    "LoRA": (
        graph(
            _3={"model": "@10"},
            _6={"clip": "@10.1"},
            _10=n("LoraLoader", lora_name="a.safetensors", strength_model=1.0, model="@4", clip="@4.1"),
        ),
        ROLES,
    ),
    "model patches": (
        graph(_3={"model": "@10"}, _10=n("ModelSamplingSD3", shift=3.0, model="@11"), _11=n("CFGNorm", model="@4")),
        ROLES,
    ),
    "merged models": (
        graph(
            _3={"model": "@10"},
            _10=n("ModelMergeSimple", model1="@4", model2="@11", ratio=0.5),
            _11=n("CheckpointLoaderSimple", ckpt_name="y.safetensors"),
        ),
        ROLES,
    ),
    "UNETLoader": (
        graph(_3={"model": "@10"}, _10=n("UNETLoader", unet_name="f.safetensors", weight_dtype="default")),
        roles(model={"10.unet_name"}),
    ),
    "a loader of another make": (
        graph(_3={"model": "@10"}, _10=n("DiffusionLoader", file="flux/f.gguf", device="cuda")),
        roles(model={"10.file"}),
    ),
    "ModelSamplingFlux": (
        graph(_3={"model": "@10"}, _10=n("ModelSamplingFlux", max_shift=1.15, width=512, height=512, model="@4")),
        roles(size={"5.width+5.height", "10.width+10.height"}),
    ),
    "Flux2Scheduler": (
        guided(n("BasicGuider", model="@4", conditioning="@6"))
        | {"23": n("Flux2Scheduler", steps=20, width=512, height=512)},
        roles(seed={"20.noise_seed"}, negative=set(), size={"5.width+5.height", "23.width+23.height"}),
    ),
}
_PICTURE = {"_10": n("LoadImage", image="a.png")}
LATENTS: dict[str, tuple[Graph, Found]] = {
    **{
        kind: (graph(_5=n(kind, width=512, height=512, batch_size=1)), ROLES)
        for kind in (
            *(
                "EmptySD3LatentImage",
                "EmptyFlux2LatentImage",
                "EmptyHunyuanImageLatent",
                "EmptyChromaRadianceLatentImage",
            ),
            *("StableCascade_EmptyLatentImage", "EmptyQwenImageLayeredLatentImage", "AnotherEmptyLatent"),
        )
    },
    "number boxes": (
        graph(_5={"width": "@10", "height": "@11"}, _10=n("PrimitiveInt", value=512), _11=n("PrimitiveInt", value=512)),
        roles(size={"10.value+11.value"}),
    ),
    "a box for both sides": (
        graph(_5={"width": "@10", "height": "@10.1"}, _10=n("Resolution", width=512, height=512, swap="off")),
        roles(size={"10.width+10.height"}),
    ),
    "RepeatLatentBatch": (
        graph(_3={"latent_image": "@10"}, _10=n("RepeatLatentBatch", samples="@5", amount=1)),
        ROLES,
    ),
    "conditioning that holds the latent": (
        graph(
            _3={"positive": "@10", "negative": "@10.1", "latent_image": "@10.2"},
            _10=n("WanImageToVideo", positive="@6", negative="@7", vae="@4.2", width=512, height=512, length=1),
        ),
        roles(size={"10.width+10.height"}),
    ),
    "VAEEncode": (graph(_5=n("VAEEncode", pixels="@10", vae="@4.2"), **_PICTURE), roles(size=set())),
    "VAEEncodeForInpaint": (
        graph(_5=n("VAEEncodeForInpaint", pixels="@10", vae="@4.2", mask="@10.1"), **_PICTURE),
        roles(size=set()),
    ),
    "InpaintModelConditioning": (
        graph(
            _3={"positive": "@11", "negative": "@11.1", "latent_image": "@11.2"},
            _11=n("InpaintModelConditioning", positive="@6", negative="@7", vae="@4.2", pixels="@10", mask="@10.1"),
            **_PICTURE,
        ),
        roles(size=set()),
    ),
    "size of a picture": (
        graph(_5={"width": "@11", "height": "@11.1"}, _11=n("GetImageSize", image="@10"), **_PICTURE),
        roles(size=set()),
    ),
    "a list of sizes": (graph(_5=n("SizePresets", dimensions="1344 x 768")), roles(size=set())),
}
SEEDS: dict[str, tuple[Graph, Found]] = {
    "PrimitiveInt": (graph(_3={"seed": "@10"}, _10=n("PrimitiveInt", value=7)), roles(seed={"10.value"})),
    "seed box": (graph(_3={"seed": "@10"}, _10=n("Seed (rgthree)", seed=-1)), roles(seed={"10.seed"})),
    "seed under another name": (
        graph(_3={"seed": None, "main_seed": 1, "variation_seed": 2}),
        roles(seed={"3.main_seed", "3.variation_seed"}),
    ),
}
FAMILIES = {
    f"{family}: {name}": case
    for family, cases in {
        "sampler": SAMPLERS,
        "encoder": ENCODERS,
        "text": TEXTS,
        "conditioning": CONDITIONING,
        "model": MODELS,
        "latent": LATENTS,
        "seed": SEEDS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_found_by_the_walk(name: str) -> None:
    nodes, expected = FAMILIES[name]
    found = find_roles(nodes, WHERE, {})
    assert summary(found) == expected
    assert all(found.why[place] for place in (*found.positive, *found.negative, *found.seed, *found.model))
    assert all(found.why[width] for width, _ in found.size)


def renamed(nodes: Graph, names: dict[str, str]) -> Graph:
    def moved(value: Any) -> Any:
        return [names[value[0]], value[1]] if isinstance(value, list) else value

    return {
        names[id_]: {**node, "inputs": {key: moved(value) for key, value in node["inputs"].items()}}
        for id_, node in nodes.items()
    }


def moved_roles(expected: Found, names: dict[str, str]) -> Found:
    def moved(place: str) -> str:
        id_, _, name = place.partition(".")
        return f"{names[id_]}.{name}"

    return {
        role: {"+".join(moved(part) for part in place.split("+")) for place in places}
        for role, places in expected.items()
    }


any_family = st.sampled_from(sorted(FAMILIES))


@settings(max_examples=150, deadline=None)
@given(any_family, st.randoms(use_true_random=False))
def test_ids_and_the_order_of_nodes_and_inputs_decide_nothing(name: str, chance: Any) -> None:
    nodes, expected = FAMILIES[name]
    ids = chance.sample(range(1000), len(nodes))
    names = {id_: chance.choice(("{}", "n{}", "7:{}")).format(new) for id_, new in zip(nodes, ids, strict=True)}

    def shuffled(mapping: Graph) -> Graph:
        return dict(chance.sample(list(mapping.items()), len(mapping)))

    mixed = shuffled({id_: {**node, "inputs": shuffled(node["inputs"])} for id_, node in renamed(nodes, names).items()})
    assert summary(find_roles(mixed, WHERE, {})) == moved_roles(expected, names)


@settings(max_examples=150, deadline=None)
@given(any_family, st.data())
def test_reroutes_in_any_link_decide_nothing(name: str, data: st.DataObject) -> None:
    nodes, expected = FAMILIES[name]
    links = [
        (id_, key) for id_, node in nodes.items() for key, value in node["inputs"].items() if isinstance(value, list)
    ]
    chosen = data.draw(st.lists(st.sampled_from(links), unique=True, max_size=4))
    routed = {id_: {**node, "inputs": dict(node["inputs"])} for id_, node in nodes.items()}
    for number, (id_, key) in enumerate(chosen):
        name_of_input = data.draw(st.sampled_from(["", "any", "value", "input"]))
        routed[f"r{number}"] = {"class_type": "Reroute", "inputs": {name_of_input: routed[id_]["inputs"][key]}}
        routed[id_]["inputs"][key] = [f"r{number}", 0]
    assert summary(find_roles(routed, WHERE, {})) == expected


STRAYS: Graph = {
    "s1": n("LoadImage", image="a.png"),
    "s2": n("Canny", image="@s1", low_threshold=0.1, high_threshold=0.3),
    "s3": n("PreviewImage", images="@s2"),
    "s4": n("CLIPTextEncode", text="stray", clip="@4.1"),
    "s5": n("EmptyLatentImage", width=64, height=64, batch_size=1),
    "s6": n("Note", text="positive"),
    "s7": n("SaveImage", filename_prefix="canny", images="@s2"),
    "s8": n("KSampler", seed=9, model="@4", positive="@s4", negative="@s4", latent_image="@s5"),
}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([name for name in sorted(FAMILIES) if "4" in FAMILIES[name][0]]), st.data())
def test_branches_that_lead_elsewhere_decide_nothing(name: str, data: st.DataObject) -> None:
    nodes, expected = FAMILIES[name]
    chosen = data.draw(st.sets(st.sampled_from(sorted(STRAYS))))
    needed = {"s2": {"s1"}, "s3": {"s1", "s2"}, "s7": {"s1", "s2"}, "s8": {"s4", "s5"}}
    branch = {id_: STRAYS[id_] for id_ in chosen.union(*(needed.get(id_, set()) for id_ in chosen))}
    first = data.draw(st.booleans())
    assert summary(find_roles(branch | nodes if first else nodes | branch, WHERE, {})) == expected


NEEDS_A_LINE = {
    "two texts put together": (
        graph(_6={"text": "@10"}, _10=n("StringConcatenate", string_a="a", string_b="b", delimiter=" ")),
        {"positive": "10.string_b"},
        {"positive": {"10.string_b"}},
    ),
    "a text told by a picture": (
        graph(_6={"text": "@10"}, _10=n("Captioner", image="@11", prompt="?"), _11=n("LoadImage", image="a.png")),
        {"positive": "6.text"},
        {"positive": {"6.text"}},
    ),
    "a seed that is worked out": (
        graph(_3={"seed": "@10"}, _10=n("Math", a=1, b=2)),
        {"seed": "3.seed"},
        {"seed": {"3.seed"}},
    ),
    "a size that is worked out": (
        graph(_5={"width": "@10", "height": "@10.1"}, _10=n("AspectRatio", ratio="16:9")),
        {"size": "5"},
        {},
    ),
    "an unknown choice of conditioning": (
        graph(_3={"positive": "@10"}, _10=n("AnySwitch", select=1, input1="@6", input2="@7")),
        {"positive": "6.text"},
        {},
    ),
    "two pictures saved, side by side": (
        graph(_10=n("SaveImage", filename_prefix="y", images="@8")),
        {"output": "9"},
        {},
    ),
    "samplers side by side": (
        graph(
            _30=SAMPLER,
            _31=n("VAEDecode", samples="@30", vae="@4.2"),
            _32=n("ImageBlend", image1="@8", image2="@31"),
            _9={"images": "@32"},
        ),
        {"positive": "6.text", "negative": "7.text", "seed": ["3.seed", "30.seed"]},
        {"seed": {"3.seed", "30.seed"}},
    ),
    "a renderer in one node": (
        graph(
            "3 4 5 6 7",
            _1=n("Everything", prompt="a", seed=1),
            _8=n("Resize", picture="@1"),
            _9={"images": "@8"},
        ),
        {"positive": "1.prompt", "seed": "1.seed"},
        {"positive": {"1.prompt"}, "negative": set(), "seed": {"1.seed"}, "size": set(), "model": set()},
    ),
}


@pytest.mark.parametrize("name", NEEDS_A_LINE)
def test_what_the_walk_cannot_tell_one_line_settles(name: str) -> None:
    nodes, hints, changes = NEEDS_A_LINE[name]
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {})
    assert caught.value.message.startswith(f"{WHERE}: ")
    assert re.search(r'under \[roles\]: (?:positive|seed|size|output) = "', caught.value.hint)
    assert summary(find_roles(nodes, WHERE, hints)) == ROLES | changes


def test_the_line_for_one_template_of_several_stands_in_a_table_of_its_own() -> None:
    nodes = NEEDS_A_LINE["a seed that is worked out"][0]
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {}, "roles.flux")
    assert caught.value.hint == 'Name one in house.toml, under [roles.flux]: seed = "3.seed".'


def test_a_workflow_that_takes_no_text_is_told_so() -> None:
    nodes = graph("6 7", _3={"positive": "@10", "negative": "@10.1"}, _10=n("SVD_img2vid_Conditioning", width=64))
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {})
    assert "no text encoder is found from 3 (KSampler), input 'positive'" in caught.value.message
    assert caught.value.hint == "It has no input for the positive: use a workflow that takes one."


def test_the_page_on_workflows_names_every_family() -> None:
    page = (Path(__file__).parents[1] / "docs/workflows.md").read_text(encoding="utf-8")
    names = [name.partition(": ")[2] for name in FAMILIES if not name.startswith("seed: ")]
    assert [name for name in (*names, *NEEDS_A_LINE) if name not in page] == ["AnotherEmptyLatent"]


class TestWhy:
    def test_names_the_nodes_on_the_way(self) -> None:
        found = find_roles(FAMILIES["conditioning: FluxGuidance"][0], WHERE, {})
        assert found.why[Place("6", "text")] == "'positive' of 3 (KSampler), by way of 10 (FluxGuidance)"

    def test_names_the_encoder_of_a_box(self) -> None:
        found = find_roles(FAMILIES["text: PrimitiveString"][0], WHERE, {})
        assert "the text of 6 (CLIPTextEncode) comes from there" in found.why[Place("10", "value")]

    def test_says_when_house_toml_says_so(self) -> None:
        found = find_roles(PLAIN, WHERE, {"positive": ["7.text"], "negative": "6.text"})
        assert found.why[Place("7", "text")] == 'house.toml says so: [roles] positive = "7.text"'

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("latent: VAEEncode", "There is no size to fill: 5 (VAEEncode) starts from a picture"),
            ("latent: size of a picture", "from 11 (GetImageSize): covers are cropped"),
            ("latent: a list of sizes", "5 (SizePresets) has no width and height"),
            ("conditioning: ConditioningZeroOut", "10 (ConditioningZeroOut) empties the negative conditioning"),
            ("conditioning: ConditioningCombine", "each gets the whole prompt"),
            ("conditioning: GLIGENTextBoxApply", "keeps its own text"),
            ("sampler: SamplerCustomAdvanced, BasicGuider", "No negative prompt leads to the sampler"),
            ("sampler: hires fix, both stages saved", "33 (SaveImage) saves that of the last sampler"),
        ],
    )
    def test_what_is_not_filled_is_told(self, name: str, said: str) -> None:
        assert any(said in note for note in find_roles(FAMILIES[name][0], WHERE, {}).notes)

    def test_an_upscaling_between_two_samplers_that_keeps_its_shape_is_told(self) -> None:
        nodes = graph(
            _30={**SAMPLER, "inputs": {**SAMPLER["inputs"], "latent_image": ["31", 0]}},
            _31=n("LatentUpscale", samples="@3", upscale_method="bislerp", width=1152, height=1152, crop="disabled"),
            _8={"samples": "@30"},
        )
        (note,) = find_roles(nodes, WHERE, {}).notes
        assert note == "31 (LatentUpscale) keeps its own size, 1152x1152: give it the shape of render_size."


def test_a_long_chain_of_texts_and_a_wide_one_come_to_an_end() -> None:
    chain = {f"t{k}": n("StringConcatenate", string_a=f"@t{k + 1}", string_b=f"@t{k + 1}") for k in range(400)}
    nodes = graph(_6={"text": "@t0"}) | chain | {"t400": n("PrimitiveString", value="a")}
    with pytest.raises(WorkflowError, match="comes from t0"):
        find_roles(nodes, WHERE, {})
