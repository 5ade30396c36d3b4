"""Graphs of every family of samplers, encoders and latents, and the places that are their roles.

A graph here is a mapping of id to :func:`n`; the text ``"@6.1"`` is a link to output 1 of node 6, ``"@6"`` to output 0.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

Graph: TypeAlias = dict[str, Any]
Found: TypeAlias = dict[str, set[str]]

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
